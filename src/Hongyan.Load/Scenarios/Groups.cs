using System.Diagnostics;
using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;

namespace Hongyan.Load.Scenarios;

/// <summary>5 groups of 200, everybody online, a few in each writing as fast as acknowledgements come back.</summary>
internal static class Groups
{
    private const int GroupCount = 5;
    private const int Size = 200;
    private const int InFlight = 64;

    public static async Task<IReadOnlyList<Figures>> RunAsync(ScenarioContext context)
    {
        var people = await Person.RegisterAsync(
            context.Server.Address,
            context.Handler,
            GroupCount * Size,
            context.CancellationToken
        );
        var groups = new ConversationId[GroupCount];
        await Parallel.ForAsync(
            0,
            GroupCount,
            context.CancellationToken,
            async (group, token) =>
            {
                var members = people[(group * Size)..((group + 1) * Size)];
                foreach (var member in members[1..])
                {
                    await members[0].BefriendAsync(member, token);
                }

                var request = new CreateGroupRequest(
                    members[0].Api.Clock.NewId(),
                    $"Group {group}",
                    [.. members[1..].Select(member => member.Id)]
                );
                groups[group] = (await members[0].Api.CreateGroupAsync(request, token)).Id;
            }
        );

        // The first four of each group write and read; the others count.
        var receivers = new Receivers();
        var connections = await receivers.ConnectAsync(people, context.CancellationToken, i => i % Size < 4);
        var runs = new List<Figures>();
        for (var run = 0; run < context.Runs; run++)
        {
            runs.Add(await MeasureAsync(context, people, groups, connections, receivers));
        }

        await Receivers.DisposeAsync(connections);
        return runs;
    }

    private static async Task<Figures> MeasureAsync(
        ScenarioContext context,
        Person[] people,
        ConversationId[] groups,
        HongyanConnection[] connections,
        Receivers receivers
    )
    {
        var ledger = new Ledger();
        var latencies = new Latencies();
        var before = receivers.Delivered;
        var processor = context.Server.ProcessorTime;
        var clock = Stopwatch.StartNew();
        var rate = await Sending.RunAsync(
            turn => (connections[(turn % GroupCount * Size) + (turn / GroupCount % 4)], groups[turn % GroupCount]),
            InFlight,
            null,
            context,
            ledger,
            latencies
        );

        // Everybody but the sender gets each message; wait for the last of them.
        var expected = before + ((long)ledger.Count * (Size - 1));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (receivers.Delivered < expected && !patience.IsCancellationRequested)
        {
            await Task.Delay(10, CancellationToken.None);
        }

        var delivered = receivers.Delivered - before;
        var seconds = clock.Elapsed.TotalSeconds;
        var processorPerDelivery = (context.Server.ProcessorTime - processor).TotalMicroseconds / delivered;
        var faults = await ledger.CheckAsync(
            conversation => people[Array.IndexOf(groups, conversation) * Size].Api,
            context.CancellationToken
        );
        return
        [
            new("deliveries_per_s", delivered / seconds),
            new("messages_per_s", rate),
            new("ack_p50_ms", latencies.Percentile(0.5)),
            new("ack_p99_ms", latencies.Percentile(0.99)),
            new("server_cpu_us_per_delivery", processorPerDelivery),
            new("lost", faults.Lost + Math.Max(0, expected - before - delivered)),
            new("doubled", faults.Doubled + Math.Max(0, before + delivered - expected)),
            new("reordered", faults.Reordered + receivers.TakeOutOfOrder()),
        ];
    }
}
