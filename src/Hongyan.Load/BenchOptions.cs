using Hongyan.Load.Measuring;
using Hongyan.Load.Worlds;

namespace Hongyan.Load;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    public required Programs Programs { get; init; }

    /// <summary><c>sqlite</c>, <c>postgres</c> or <c>all</c>.</summary>
    public required string Store { get; init; }

    /// <summary>Names of scenarios; all when empty.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    public long HistoryRows { get; init; }

    public required Sizing Sizing { get; init; }
}
