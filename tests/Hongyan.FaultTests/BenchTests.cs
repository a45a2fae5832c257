using System.Text.Json;
using Hongyan.Load;
using Hongyan.Load.Measuring;
using Hongyan.Load.Scenarios;
using Hongyan.Load.Worlds;

namespace Hongyan.FaultTests;

/// <summary>Every scenario of the bench, with a few connections and for a moment: it runs, and nothing is lost.</summary>
public sealed class BenchTests
{
    private const long History = 500;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task EveryScenario_Small_ReportsEveryField_AndLosesNothing(string store)
    {
        using var output = new StringWriter();
        var options = new BenchOptions
        {
            Programs = new Programs(InBuild("Hongyan.Server.dll"), InBuild("Hongyan.LoadHost.dll")),
            Store = store,
            HistoryRows = History,
            Sizing = Sizing.Small,
        };

        var exitCode = await new Bench(options, new Report(isJson: true, output)).RunAsync(
            TestContext.Current.CancellationToken
        );

        Assert.Equal(0, exitCode);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines)
        {
            var result = JsonDocument.Parse(line).RootElement;
            Assert.Equal(store, Text(result, "store"));
            Assert.NotEmpty(Text(result, "unit"));
            Assert.NotEmpty(Text(result, "limit_name"));
            Assert.Equal((0, 0, 0), (Count(result, "lost"), Count(result, "doubled"), Count(result, "reordered")));
            Assert.True(!result.TryGetProperty("verified", out var verified) || verified.GetInt64() > 0, line);
        }

        Assert.Equal(
            Scenario.All.Select(scenario => scenario.Name),
            lines.Select(line => Text(JsonDocument.Parse(line).RootElement, "scenario")).Distinct()
        );
        Assert.Contains(lines, line => Count(JsonDocument.Parse(line).RootElement, "history_rows") == History);
    }

    private static string Text(JsonElement result, string name) => result.GetProperty(name).GetString()!;

    private static long Count(JsonElement result, string name) => result.GetProperty(name).GetInt64();

    private static string InBuild(string dll) => Path.Combine(AppContext.BaseDirectory, dll);
}
