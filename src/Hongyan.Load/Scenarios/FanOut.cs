using Hongyan.Load.Lean;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>
/// One message to 5,000 devices (a group of 500 people with ten each): the next when all have it, then eight at a time.
/// The limit calls <c>send()</c> for 5,000 sockets in the same way.
/// </summary>
internal static class FanOut
{
    private const int FirstRun = 0x30;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var token = context.CancellationToken;
        var sizing = context.Sizing.Shorter(0.6);
        await using var rig = await context.PrepareAsync(
            new WorldSpec
            {
                People = sizing.FanOutPeople,
                Devices = sizing.FanOutDevices,
                Groups = 1,
                GroupSize = sizing.FanOutPeople,
                HistoryRows = context.HistoryRows,
            }
        );
        var measured = new List<(int InFlight, TrafficRun Run, Verdict Verdict)>();
        var connections = rig.World.Devices.Count;
        await using (var server = await rig.StartServerAsync(token))
        using (var fleet = await ConnectAsync(rig, server, token))
        {
            var chat = rig.World.Chats[0];
            foreach (var inFlight in new[] { 1, 8 })
            {
                var number = FirstRun + inFlight;
                fleet[0].Template = new SendTemplate(chat.Id, number, 0);
                foreach (var connection in fleet.Connections)
                {
                    (connection.Conversation, connection.Order) = (chat.Id, new ReceivedOrder(chat.Seq));
                }

                var run = await TrafficRun.RunAsync(
                    fleet,
                    _ => new Rounds(number, sizing.Windows, inFlight, connections - 1),
                    acked => acked * (connections - 1),
                    () => rig.ProcessorTime(server),
                    sizing,
                    token
                );
                measured.Add((inFlight, run, await Verdict.OfAsync(fleet, [chat], run, number, true, token)));
                chat = chat with { Seq = chat.Seq + run.SentCount };
            }
        }

        foreach (var (inFlight, run, verdict) in measured)
        {
            yield return new Result
            {
                Scenario = "fanout5000",
                Store = context.Store,
                Value = Window.Median(run.Windows, window => window.DeliveriesPerSecond),
                Unit = "deliveries/s",
                Limit = await BareFanOut.MeasureAsync(connections, inFlight, 1, sizing.Shorter(0.4), token),
                LimitName = "bare_send",
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
                    ("in_flight", inFlight),
                    ("connections", connections),
                    ("verified", run.SentCount),
                    ("resyncs", run.Resyncs),
                    ("dropped", verdict.Dropped),
                ],
                Target = inFlight == 1 ? Targets.Of("fanout5000", context.Store) : null,
            };
        }
    }

    private static Task<Fleet> ConnectAsync(Rig rig, ServerProcess server, CancellationToken cancellationToken) =>
        Fleet.ConnectAsync(
            server.Address,
            [.. rig.World.Devices.Select(device => device.Token)],
            cancellationToken,
            loops: 1
        );
}
