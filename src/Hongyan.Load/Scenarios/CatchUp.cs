using System.Diagnostics;
using Hongyan.Load.Lean;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>A device comes back that has missed 10,000 changes in a conversation: how long until it has them all.</summary>
internal static class CatchUp
{
    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var (sizing, token) = (context.Sizing, context.CancellationToken);
        var missed = sizing.CatchUpChanges;
        var pairs = (int)Math.Max(1, context.HistoryRows / missed);
        await using var rig = await context.PrepareAsync(
            new WorldSpec
            {
                People = pairs * 2,
                HasPairs = true,
                HistoryRows = Math.Max(context.HistoryRows, missed),
            }
        );
        await using var server = await rig.StartServerAsync(token);
        var times = new List<double>();
        var (lost, doubled, late) = (0L, 0L, 0L);
        var (before, began) = (rig.Read(server), TimeSpan.Zero);
        for (var time = 0; time < sizing.CatchUpWarmUps + sizing.CatchUpTimes; time++)
        {
            if (time == sizing.CatchUpWarmUps)
            {
                (before, began) = (rig.Read(server), rig.ProcessorTime(server));
            }

            // Another conversation each time, as long as there are any.
            var chat = rig.World.Chats[time % rig.World.Chats.Count];
            var device = rig.World.Devices[chat.Members[0]];
            var work = new CatchingUp(server.EndPoint, device.Token, chat.Id, chat.Seq - missed);
            var clock = Stopwatch.StartNew();
            using var fleet = new Fleet(1);
            await fleet.RunAsync(_ => work, token);
            times.Add(clock.Elapsed.TotalMilliseconds);
            work.Order.End(chat.Seq);
            (lost, doubled, late) = (lost + work.Order.Missing, doubled + work.Order.Doubled, late + work.Order.Late);
        }

        var window = rig.Read(server).Since(before);
        var limit = await BareFanOut.MeasureAsync(2, 1, Contracts.Limits.PageSize, sizing.Shorter(0.25), token);
        var changes = (double)sizing.CatchUpTimes * missed;
        yield return new Result
        {
            Scenario = "catchup",
            Store = context.Store,
            Value = times.Skip(sizing.CatchUpWarmUps).Median(),
            Unit = "ms",
            Limit = missed / limit * 1000,
            LimitName = "bare_send_of_as_many_pages",
            ServerCpuUs = (rig.ProcessorTime(server) - began).TotalMicroseconds / changes,
            ClientCpuUs = window.Client.TotalMicroseconds / changes,
            OthersCpu = window.OthersShare,
            Lost = lost,
            Doubled = doubled,
            Reordered = late,
            HistoryRows = rig.World.HistoryRows,
            Extra = [("changes", missed), ("slowest_ms", times.Skip(sizing.CatchUpWarmUps).Max())],
            Target = Targets.Of("catchup", context.Store),
        };
    }
}
