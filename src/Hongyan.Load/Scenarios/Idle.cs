namespace Hongyan.Load.Scenarios;

/// <summary>What a connection costs that does nothing.</summary>
internal static class Idle
{
    private const int People = 2_000;

    public static async Task<IReadOnlyList<Figures>> RunAsync(ScenarioContext context)
    {
        var people = await Person.RegisterAsync(
            context.Server.Address,
            context.Handler,
            People,
            context.CancellationToken
        );
        var receivers = new Receivers();
        var runs = new List<Figures>();
        for (var run = 0; run < context.Runs; run++)
        {
            var before = await SettledBytesAsync(context);
            var connections = await receivers.ConnectAsync(people, context.CancellationToken);
            var after = await SettledBytesAsync(context);
            runs.Add([new("kib_per_connection", (after - before) / 1024.0 / People), new("connections", People)]);
            await Receivers.DisposeAsync(connections);
        }

        return runs;
    }

    /// <summary>The server's memory once it stops changing.</summary>
    private static async Task<long> SettledBytesAsync(ScenarioContext context)
    {
        var last = context.Server.ResidentBytes;
        for (var i = 0; i < 10; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), context.CancellationToken);
            var now = context.Server.ResidentBytes;
            if (Math.Abs(now - last) < 64 * 1024)
            {
                return now;
            }

            last = now;
        }

        return last;
    }
}
