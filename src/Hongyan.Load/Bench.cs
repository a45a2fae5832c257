using Hongyan.Load.Measuring;
using Hongyan.Load.Scenarios;

namespace Hongyan.Load;

/// <summary>Measures scenarios on stores of their own, each beside its limit.</summary>
internal sealed class Bench(BenchOptions options, Report report)
{
    /// <returns>0, or 1 when something was lost, doubled or out of order.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var isCorrect = true;
        foreach (var store in options.Store == "all" ? ["sqlite", "postgres"] : new[] { options.Store })
        {
            await using var postgres = store == "postgres" ? await PostgresServer.StartAsync() : null;
            var context = new ScenarioContext
            {
                Programs = options.Programs,
                Postgres = postgres,
                Sizing = options.Sizing,
                HistoryRows = options.HistoryRows,
                Note = report.Note,
                CancellationToken = cancellationToken,
            };
            foreach (var scenario in Chosen())
            {
                await foreach (var result in scenario.RunAsync(context).WithCancellation(cancellationToken))
                {
                    report.Print(result);
                    isCorrect &= result.IsCorrect;
                }
            }
        }

        return isCorrect ? 0 : 1;
    }

    private IEnumerable<Scenario> Chosen() =>
        Scenario.All.Where(scenario => options.Scenarios.Count == 0 || options.Scenarios.Contains(scenario.Name));
}
