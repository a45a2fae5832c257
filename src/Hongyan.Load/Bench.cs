using Hongyan.Load.Measuring;
using Hongyan.Load.Scenarios;

namespace Hongyan.Load;

/// <summary>Measures scenarios on stores of their own, each beside its limit.</summary>
internal sealed class Bench(BenchOptions options, Report report)
{
    /// <returns>0; 1 when something was lost, doubled or out of order; 2 when it could not be measured.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MeasureAsync(cancellationToken) ? 0 : 1;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"Cannot measure: {exception.Message}");
            return 2;
        }
    }

    /// <returns>Whether every message was where it should be.</returns>
    private async Task<bool> MeasureAsync(CancellationToken cancellationToken)
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

        return isCorrect;
    }

    private IEnumerable<Scenario> Chosen() =>
        Scenario.All.Where(scenario => options.Scenarios.Count == 0 || options.Scenarios.Contains(scenario.Name));
}
