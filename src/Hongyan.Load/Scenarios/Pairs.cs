using Hongyan.Client;
using Hongyan.Contracts.Ids;

namespace Hongyan.Load.Scenarios;

/// <summary>1,000 people in pairs write to one another: as fast as possible, then at a steady 5,000 a second.</summary>
internal static class Pairs
{
    private const int People = 1_000;
    private const int InFlight = 1_024;
    private const double SteadyRate = 5_000;

    public static async Task<IReadOnlyList<Figures>> RunAsync(ScenarioContext context)
    {
        var people = await Person.RegisterAsync(
            context.Server.Address,
            context.Handler,
            People,
            context.CancellationToken
        );
        var conversations = new ConversationId[People];
        await Parallel.ForAsync(
            0,
            People / 2,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = context.CancellationToken },
            async (pair, token) =>
            {
                var (one, other) = (pair * 2, (pair * 2) + 1);
                conversations[one] = conversations[other] = await people[one].BefriendAsync(people[other], token);
            }
        );
        var receivers = new Receivers();
        var connections = await receivers.ConnectAsync(people, context.CancellationToken);
        var runs = new List<Figures>();
        for (var run = 0; run < context.Runs; run++)
        {
            runs.Add(await MeasureAsync(context, people, conversations, connections, receivers));
        }

        await Receivers.DisposeAsync(connections);
        return runs;
    }

    private static async Task<Figures> MeasureAsync(
        ScenarioContext context,
        Person[] people,
        ConversationId[] conversations,
        HongyanConnection[] connections,
        Receivers receivers
    )
    {
        var random = new Random(1);
        var order = Enumerable.Range(0, 1 << 16).Select(_ => random.Next(People)).ToArray();
        (HongyanConnection, ConversationId) Choose(int turn)
        {
            var sender = order[turn & (order.Length - 1)];
            return (connections[sender], conversations[sender]);
        }

        var ledger = new Ledger();
        var (fast, steady) = (new Latencies(), new Latencies());
        var processor = context.Server.ProcessorTime;
        var rate = await Sending.RunAsync(Choose, InFlight, null, context, ledger, fast);
        var processorPerMessage = (context.Server.ProcessorTime - processor).TotalMicroseconds / ledger.Count;
        var steadyRate = await Sending.RunAsync(Choose, InFlight, SteadyRate, context, ledger, steady);
        var readers = conversations.Zip(people).DistinctBy(pair => pair.First).ToDictionary();
        var faults = await ledger.CheckAsync(conversation => readers[conversation].Api, context.CancellationToken);
        return
        [
            new("messages_per_s", rate),
            new("ack_p50_ms", fast.Percentile(0.5)),
            new("ack_p99_ms", fast.Percentile(0.99)),
            new("server_cpu_us_per_message", processorPerMessage),
            new("steady_messages_per_s", steadyRate),
            new("steady_ack_p50_ms", steady.Percentile(0.5)),
            new("steady_ack_p99_ms", steady.Percentile(0.99)),
            new("lost", faults.Lost),
            new("doubled", faults.Doubled),
            new("reordered", faults.Reordered + receivers.TakeOutOfOrder()),
        ];
    }
}
