namespace Hongyan.Load.Scenarios;

/// <summary>Something to measure: prepares a fresh server once, then measures it as often as wanted.</summary>
internal sealed record Scenario(string Name, Func<ScenarioContext, Task<IReadOnlyList<Figures>>> RunAsync)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("pairs", Pairs.RunAsync),
        new("groups", Groups.RunAsync),
        new("idle", Idle.RunAsync),
        new("catchup", CatchUp.RunAsync),
    ];
}

/// <summary>What a scenario has to work with.</summary>
internal sealed record ScenarioContext(
    ServerProcess Server,
    HttpMessageHandler Handler,
    TimeSpan Duration,
    int Runs,
    CancellationToken CancellationToken
);

/// <summary>Named figures of one run, in the order they are printed.</summary>
internal sealed class Figures : List<KeyValuePair<string, double>>
{
    public void Add(string name, double value) => Add(KeyValuePair.Create(name, value));

    public double this[string name] => Find(figure => figure.Key == name).Value;

    /// <summary>The median of each figure; of those that must be 0, the sum.</summary>
    public static Figures Median(IReadOnlyList<Figures> runs)
    {
        var median = new Figures();
        foreach (var (name, _) in runs[0])
        {
            var values = runs.Select(run => run[name]).Order().ToList();
            median.Add(name, name is "lost" or "doubled" or "reordered" ? values.Sum() : values[values.Count / 2]);
        }

        return median;
    }
}
