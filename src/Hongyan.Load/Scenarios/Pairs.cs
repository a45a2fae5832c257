using System.Runtime.CompilerServices;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>
/// 1,000 pairs of people write to one another, each as fast as acknowledgements come back; then the same again with a
/// server that acknowledges without storing, which is the limit.
/// </summary>
internal static class Pairs
{
    private const int Run = 1;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var sizing = context.Sizing;
        await using var rig = await context.PrepareAsync(World(context));
        var (limit, _) = await MeasureAsync(context, rig, isStored: false);
        var (run, verdict) = await MeasureAsync(context, rig, isStored: true);
        var result = new Result
        {
            Scenario = "pairs",
            Store = context.Store,
            Value = Window.Median(run.Windows, window => window.MessagesPerSecond),
            Unit = "msg/s",
            Limit = Window.Median(limit.Windows, window => window.MessagesPerSecond),
            LimitName = "same_path_without_store",
            AckP50Ms = run.AckMs(0.5),
            AckP99Ms = run.AckMs(0.99),
            ServerCpuUs = Window.Median(run.Windows, window => window.Server.TotalMicroseconds / window.Acked),
            ClientCpuUs = Window.Median(run.Windows, window => window.Client.TotalMicroseconds / window.Acked),
            OthersCpu = Window.Median(run.Windows.Concat(limit.Windows), window => window.OthersShare),
            Lost = verdict.Lost,
            Doubled = verdict.Doubled,
            Reordered = verdict.Reordered,
            HistoryRows = rig.World.HistoryRows,
            Extra =
            [
                ("connections", sizing.Pairs * 2),
                ("in_flight", sizing.PairsInFlight),
                ("verified", run.SentCount),
                ("resyncs", run.Resyncs),
                (
                    "limit_server_cpu_us",
                    Window.Median(limit.Windows, window => window.Server.TotalMicroseconds / window.Acked)
                ),
            ],
            Target = Targets.Of("pairs", context.Store),
        };
        yield return result;
    }

    /// <summary>Two people each with a conversation, one device each.</summary>
    public static WorldSpec World(ScenarioContext context) =>
        new()
        {
            People = context.Sizing.Pairs * 2,
            HasPairs = true,
            HistoryRows = context.HistoryRows,
        };

    /// <summary>Connects everybody, each ready to send to the other.</summary>
    public static async Task<Fleet> ConnectAsync(
        Rig rig,
        ServerProcess server,
        int run,
        CancellationToken cancellationToken,
        int? loops = null
    )
    {
        var fleet = await Fleet.ConnectAsync(
            server.Address,
            [.. rig.World.Devices.Select(device => device.Token)],
            cancellationToken,
            loops
        );
        for (var i = 0; i < rig.World.Devices.Count; i++)
        {
            var chat = rig.World.Chats[rig.World.Devices[i].Person / 2];
            fleet[i].Conversation = chat.Id;
            fleet[i].Template = new SendTemplate(chat.Id, run, fleet.LoopOf(i));
            fleet[i].Order = new ReceivedOrder(chat.Seq);
        }

        return fleet;
    }

    private static async Task<(TrafficRun Run, Verdict Verdict)> MeasureAsync(
        ScenarioContext context,
        Rig rig,
        bool isStored
    )
    {
        var token = context.CancellationToken;
        await using var server = isStored
            ? await rig.StartServerAsync(token)
            : await rig.StartServerWithoutStoreAsync(token);
        using var fleet = await ConnectAsync(rig, server, Run, token);
        var inFlightEach = Math.Max(1, context.Sizing.PairsInFlight / rig.World.Devices.Count);
        var run = await TrafficRun.RunAsync(
            fleet,
            loop => new ClosedLoop(Run, loop, context.Sizing.Windows, inFlightEach),
            acked => acked,
            () => rig.ProcessorTime(server),
            context.Sizing,
            token
        );
        return (run, await Verdict.OfAsync(fleet, rig.World.Chats, run, Run, isStored, token));
    }
}
