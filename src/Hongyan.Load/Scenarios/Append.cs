using System.Text.Json;
using Hongyan.Load.Lean;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>The log alone, 256 messages a commit, against a file that gets the same bytes and an fsync.</summary>
internal static class Append
{
    private const int Run = 5;
    private const int Batch = 256;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var (sizing, token) = (context.Sizing, context.CancellationToken);
        await using var rig = await context.PrepareAsync(Pairs.World(context));
        var cpu = rig.Read();
        double limit;
        using (var raw = new RawAppend(rig.Folder))
        {
            limit = raw.Rate(Batch, sizing.Shorter(0.5));
        }

        var spec = new AppendSpec(
            Run,
            Batch,
            sizing.WarmUp.TotalSeconds,
            sizing.Window.TotalSeconds,
            sizing.Windows,
            [.. rig.World.Chats.Select(chat => new AppendChat(chat.Id, chat.Seq, rig.World.UserOf(chat.Members[0])))]
        );
        var database = rig.DatabaseProcessorTime;
        var json = await rig.RunHostAsync(
            "append",
            [JsonSerializer.Serialize(spec, WorldJson.Default.AppendSpec)],
            token
        );
        database = rig.DatabaseProcessorTime - database;
        var others = rig.Read().Since(cpu).OthersShare;
        var report = JsonSerializer.Deserialize(json, WorldJson.Default.AppendReport)!;
        var verdict = await VerifyAsync(rig, report, token);
        yield return new Result
        {
            Scenario = "append",
            Store = context.Store,
            Value = report.Rates.Median(),
            Unit = "msg/s",
            Limit = limit,
            LimitName = "raw_append_fsync_256",
            ServerCpuUs = report.CpuUs + (database.TotalMicroseconds / report.Rows.Sum()),
            OthersCpu = others,
            Lost = verdict.Lost,
            Doubled = verdict.Doubled,
            Reordered = verdict.Reordered,
            HistoryRows = rig.World.HistoryRows,
            Extra =
            [
                ("sustained_msg_s", report.Sustained),
                ("commit_p50_ms", report.CommitP50Ms),
                ("commit_p99_ms", report.CommitP99Ms),
                ("verified", report.Rows.Sum()),
            ],
            Target = Targets.Of("append", context.Store),
        };
    }

    /// <summary>Starts a server on the store and reads back what was committed.</summary>
    private static async Task<Verdict> VerifyAsync(Rig rig, AppendReport report, CancellationToken cancellationToken)
    {
        await using var server = await rig.StartServerAsync(cancellationToken);
        using var fleet = await Pairs.ConnectAsync(rig, server, Run, cancellationToken, loops: 1);
        var seqs = rig.World.Chats.ToDictionary(chat => chat.Id, chat => chat.Seq);
        var logs = new List<SendLog>();
        foreach (var (rows, chats) in report.Rows.Zip(report.PerWriter))
        {
            var log = new SendLog();
            for (var row = 0L; row < rows; row++)
            {
                log[log.Add(0, 0)].Seq = seqs[chats[(int)(row % chats.Count)]] + (row / chats.Count) + 1;
            }

            logs.Add(log);
        }

        var readers = fleet.Connections.DistinctBy(connection => connection.Conversation);
        var reading = new ReadBack(
            Run,
            logs,
            readers.Select(reader => (reader, reader.Conversation, seqs[reader.Conversation]))
        );
        await fleet.RunAsync(_ => reading, cancellationToken);
        var missing = logs.Sum(log => log.CountNotFound());
        return new Verdict(missing + reading.Mangled, reading.Doubled, reading.Misplaced, 0);
    }
}
