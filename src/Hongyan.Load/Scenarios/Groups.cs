using Hongyan.Load.Lean;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>5 groups of 200, everybody online; four in each write, as fast as acknowledgements come back.</summary>
internal static class Groups
{
    private const int Run = 2;
    private const int WritersPerGroup = 4;
    private const int InFlightEach = 8;
    private const int LimitInFlight = 4;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var (sizing, token) = (context.Sizing, context.CancellationToken);
        await using var rig = await context.PrepareAsync(
            new WorldSpec
            {
                People = sizing.Groups * sizing.GroupSize,
                Groups = sizing.Groups,
                GroupSize = sizing.GroupSize,
                HistoryRows = context.HistoryRows,
            }
        );
        await using var server = await rig.StartServerAsync(token);
        using var fleet = await Fleet.ConnectAsync(
            server.Address,
            [.. rig.World.Devices.Select(device => device.Token)],
            token
        );
        for (var i = 0; i < rig.World.Devices.Count; i++)
        {
            var chat = rig.World.Chats[rig.World.Devices[i].Person / sizing.GroupSize];
            fleet[i].Conversation = chat.Id;
            fleet[i].Order = new ReceivedOrder(chat.Seq);
            if (i % sizing.GroupSize < WritersPerGroup)
            {
                fleet[i].Template = new SendTemplate(chat.Id, Run, fleet.LoopOf(i));
            }
        }

        var reads = fleet.Loops.Sum(loop => loop.Reads);
        var run = await TrafficRun.RunAsync(
            fleet,
            loop => new ClosedLoop(Run, loop, sizing.Windows, InFlightEach),
            acked => acked * (sizing.GroupSize - 1),
            () => rig.ProcessorTime(server),
            sizing,
            token
        );
        reads = fleet.Loops.Sum(loop => loop.Reads) - reads;
        var deliveries = run.SentCount * (sizing.GroupSize - 1);
        var framesPerWrite = Math.Max(1.0, (double)deliveries / reads);
        var verdict = await Verdict.OfAsync(fleet, rig.World.Chats, run, Run, isStored: true, token);
        yield return new Result
        {
            Scenario = "groups200",
            Store = context.Store,
            Value = Window.Median(run.Windows, window => window.DeliveriesPerSecond),
            Unit = "deliveries/s",
            Limit = await BareFanOut.MeasureAsync(
                rig.World.Devices.Count,
                LimitInFlight,
                (int)Math.Round(framesPerWrite),
                sizing.Shorter(0.3),
                token
            ),
            LimitName = "bare_send_of_as_many_a_write",
            AckP50Ms = run.AckMs(0.5),
            AckP99Ms = run.AckMs(0.99),
            ServerCpuUs = Window.Median(run.Windows, window => window.Server.TotalMicroseconds / window.Delivered),
            ClientCpuUs = Window.Median(run.Windows, window => window.Client.TotalMicroseconds / window.Delivered),
            OthersCpu = Window.Median(run.Windows, window => window.OthersShare),
            Lost = verdict.Lost,
            Doubled = verdict.Doubled,
            Reordered = verdict.Reordered,
            HistoryRows = rig.World.HistoryRows,
            Extra =
            [
                ("connections", rig.World.Devices.Count),
                ("messages_per_s", Window.Median(run.Windows, window => window.MessagesPerSecond)),
                ("deliveries_per_write", framesPerWrite),
                ("verified", run.SentCount),
                ("resyncs", run.Resyncs),
                ("dropped", verdict.Dropped),
            ],
            Target = Targets.Of("groups200", context.Store),
        };
    }
}
