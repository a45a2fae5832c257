namespace Hongyan.Load.Measuring;

/// <summary>What a scenario came to, beside its limit; the fields of the bench's JSON, in that order.</summary>
internal sealed record Result
{
    public required string Scenario { get; init; }
    public required string Store { get; init; }

    /// <summary>What was measured, a median.</summary>
    public required double Value { get; init; }

    /// <summary><c>msg/s</c>, <c>deliveries/s</c>, <c>KB/connection</c> or <c>ms</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>What the machine did in the same run with the simplest thing that does the same, in the same unit.</summary>
    public double? Limit { get; init; }

    public string? LimitName { get; init; }

    /// <summary>How near the limit it came, 1 being there, whether more is better or less.</summary>
    public double? Ratio =>
        Limit is not { } limit ? null
        : IsLessBetter ? limit / Value
        : Value / limit;

    public double? AckP50Ms { get; init; }
    public double? AckP99Ms { get; init; }

    /// <summary>Processor time of the server, its database included, for one of what the unit counts.</summary>
    public double? ServerCpuUs { get; init; }

    public long Lost { get; init; }
    public long Doubled { get; init; }
    public long Reordered { get; init; }

    /// <summary>Messages that were in the store before anything was measured.</summary>
    public long HistoryRows { get; init; }

    /// <summary>Processor time of the load generator for one of what the unit counts.</summary>
    public double? ClientCpuUs { get; init; }

    /// <summary>The share of the machine's processor time that others used meanwhile, 0 to 1.</summary>
    public double OthersCpu { get; init; }

    /// <summary>Further figures, by name.</summary>
    public IReadOnlyList<(string Name, double Value)> Extra { get; init; } = [];

    /// <summary>What must be reached, if anything.</summary>
    public Target? Target { get; init; }

    public bool IsLessBetter => Unit is "ms" or "KB/connection";

    public bool IsCorrect => Lost == 0 && Doubled == 0 && Reordered == 0;
}
