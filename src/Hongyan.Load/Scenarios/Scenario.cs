using Hongyan.Load.Measuring;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>Something to measure, by the name it is asked for with. It may come to several results.</summary>
internal sealed record Scenario(string Name, Func<ScenarioContext, IAsyncEnumerable<Result>> RunAsync)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("pairs", Pairs.RunAsync),
        new("groups200", Groups.RunAsync),
        new("fanout5000", FanOut.RunAsync),
        new("idle", Idle.RunAsync),
        new("steady5000", SteadyRate.RunAsync),
        new("append", Append.RunAsync),
        new("catchup", CatchUp.RunAsync),
        new("coldstart", ColdStart.RunAsync),
    ];
}

/// <summary>What a scenario has to work with.</summary>
internal sealed record ScenarioContext
{
    public required Programs Programs { get; init; }

    /// <summary>The PostgreSQL to measure on; null for SQLite.</summary>
    public PostgresServer? Postgres { get; init; }

    public required Sizing Sizing { get; init; }

    /// <summary>How many messages are to be there before anything is measured.</summary>
    public long HistoryRows { get; init; }

    public CancellationToken CancellationToken { get; init; }

    public string Store => Postgres is null ? "sqlite" : "postgres";

    public Task<Rig> PrepareAsync(WorldSpec spec) => Rig.PrepareAsync(Programs, Postgres, spec, CancellationToken);
}
