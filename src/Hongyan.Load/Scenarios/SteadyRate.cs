using Hongyan.Load.Lean;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;

namespace Hongyan.Load.Scenarios;

/// <summary>5,000 messages a second, come what may: how long until they are acknowledged.</summary>
internal static class SteadyRate
{
    private const int Run = 4;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var (sizing, token) = (context.Sizing, context.CancellationToken);
        await using var rig = await context.PrepareAsync(Pairs.World(context));
        double limit;
        using (var raw = new RawAppend(rig.Folder))
        {
            limit = raw.Steady(sizing.SteadyRate, sizing.Window * sizing.Windows / 2).Percentile(0.99);
        }

        await using var server = await rig.StartServerAsync(token);
        using var fleet = await Pairs.ConnectAsync(rig, server, Run, token);
        var run = await TrafficRun.RunAsync(
            fleet,
            loop => new Steady(Run, loop, sizing.Windows, (double)sizing.SteadyRate / fleet.Loops.Count),
            acked => acked,
            () => rig.ProcessorTime(server),
            sizing,
            token
        );
        var verdict = await Verdict.OfAsync(fleet, rig.World.Chats, run, Run, isStored: true, token);
        yield return new Result
        {
            Scenario = "steady5000",
            Store = context.Store,
            Value = run.AckMs(0.99),
            Unit = "ms",
            Limit = limit,
            LimitName = "raw_append_fsync_p99_at_this_rate",
            AckP50Ms = run.AckMs(0.5),
            AckP99Ms = run.AckMs(0.99),
            ServerCpuUs = Window.Median(run.Windows, window => window.Server.TotalMicroseconds / window.Acked),
            ClientCpuUs = Window.Median(run.Windows, window => window.Client.TotalMicroseconds / window.Acked),
            OthersCpu = Window.Median(run.Windows, window => window.OthersShare),
            Lost = verdict.Lost,
            Doubled = verdict.Doubled,
            Reordered = verdict.Reordered,
            HistoryRows = rig.World.HistoryRows,
            Extra =
            [
                ("messages_per_s", Window.Median(run.Windows, window => window.MessagesPerSecond)),
                ("ack_p999_ms", run.AckMs(0.999)),
                ("verified", run.SentCount),
            ],
            Target = Targets.Of("steady5000", context.Store),
        };
    }
}
