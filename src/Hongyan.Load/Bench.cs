using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hongyan.Load.Scenarios;

namespace Hongyan.Load;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions(bool IsJson, string Store, string[] Scenarios, TimeSpan Duration, int Runs);

/// <summary>Measures a release server, each scenario on a fresh store, beside what the bare disk does in the same run.</summary>
internal sealed class Bench(string dll, BenchOptions options)
{
    private const int RowsPerSync = 256;
    private const int RowBytes = 200;

    /// <returns>0, or 1 when something was lost, doubled or out of order.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var disk = MeasureDisk();
        Print("disk", "file", [new("rows_per_s", disk)]);
        var isGood = true;
        foreach (var store in options.Store == "all" ? ["sqlite", "postgres"] : new[] { options.Store })
        {
            await using var postgres = store == "postgres" ? await PostgresServer.StartAsync() : null;
            foreach (var scenario in Chosen())
            {
                var figures = await MeasureAsync(scenario, postgres, cancellationToken);
                if (scenario.Name == "pairs")
                {
                    figures.Add("share_of_disk", figures["messages_per_s"] / disk);
                }

                Print(scenario.Name, store, figures);
                isGood &= figures.All(figure =>
                    figure.Key is not ("lost" or "doubled" or "reordered") || figure.Value == 0
                );
            }
        }

        return isGood ? 0 : 1;
    }

    private IEnumerable<Scenario> Chosen() =>
        Scenario.All.Where(scenario => options.Scenarios.Length == 0 || options.Scenarios.Contains(scenario.Name));

    private async Task<Figures> MeasureAsync(
        Scenario scenario,
        PostgresServer? postgres,
        CancellationToken cancellationToken
    )
    {
        var data = Directory.CreateTempSubdirectory("hongyan-bench-").FullName;
        try
        {
            var settings = postgres is null ? [] : PostgresServer.Settings(await postgres.CreateDatabaseAsync());
            await using var server = await ServerProcess.StartAsync(
                dll,
                data,
                settings,
                cancellationToken: cancellationToken
            );
            using var handler = new SocketsHttpHandler();
            var context = new ScenarioContext(server, handler, options.Duration, options.Runs, cancellationToken);
            return Figures.Median(await scenario.RunAsync(context));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Appends rows to a file and syncs it, as the simplest durable log would.</summary>
    private double MeasureDisk()
    {
        var path = Path.Combine(Path.GetTempPath(), $"hongyan-bench-{Guid.NewGuid():N}");
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
            var batch = new byte[RowsPerSync * RowBytes];
            var clock = Stopwatch.StartNew();
            var rows = 0L;
            while (clock.Elapsed < TimeSpan.FromSeconds(Math.Min(2, options.Duration.TotalSeconds)))
            {
                file.Write(batch);
                file.Flush(flushToDisk: true);
                rows += RowsPerSync;
            }

            return rows / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private void Print(string scenario, string store, Figures figures)
    {
        if (options.IsJson)
        {
            using var output = new MemoryStream();
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                writer.WriteString("scenario", scenario);
                writer.WriteString("store", store);
                foreach (var (name, value) in figures)
                {
                    writer.WriteNumber(name, Math.Round(value, 3));
                }

                writer.WriteEndObject();
            }

            Console.WriteLine(System.Text.Encoding.UTF8.GetString(output.ToArray()));
            return;
        }

        Console.WriteLine($"{scenario}, {store}");
        foreach (var (name, value) in figures)
        {
            var text = value.ToString(value >= 100 ? "N0" : "N2", CultureInfo.InvariantCulture);
            Console.WriteLine($"  {name.Replace('_', ' '), -30}{text, 14}");
        }
    }
}
