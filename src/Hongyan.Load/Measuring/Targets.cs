namespace Hongyan.Load.Measuring;

/// <summary>What a scenario must reach: in itself, as a part of its limit, or both.</summary>
/// <param name="Value">At least this, or at most, where less is better.</param>
/// <param name="Ratio">At least this part of the limit.</param>
internal sealed record Target(double? Value = null, double? Ratio = null)
{
    /// <summary>Whether a result is good enough.</summary>
    public bool IsMetBy(Result result) =>
        (Value is not { } value || (result.IsLessBetter ? result.Value <= value : result.Value >= value))
        && (Ratio is not { } ratio || result.Ratio >= ratio);
}

/// <summary>The targets there are, for a machine of two cores that the load generator runs on too.</summary>
internal static class Targets
{
    /// <summary>The target of a scenario on a store; null when it has none.</summary>
    public static Target? Of(string scenario, string store) =>
        (scenario, store) switch
        {
            ("pairs", "sqlite") => new Target(35_000, 0.85),
            ("pairs", "postgres") => new Target(22_000),
            ("groups200", _) => new Target(1_000_000),
            ("fanout5000", "sqlite") => new Target(Ratio: 0.7),
            ("idle", "sqlite") => new Target(8),
            ("steady5000", "sqlite") => new Target(10),
            ("steady5000", "postgres") => new Target(20),
            ("append", "sqlite") => new Target(Ratio: 0.6),
            ("append", "postgres") => new Target(Ratio: 0.2),
            ("coldstart", _) => new Target(3_000),
            _ => null,
        };
}
