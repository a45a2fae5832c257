using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>
/// From the start of the process until it serves, on an empty store and on one with 2,000,000 messages. The limit is
/// how long Kestrel with nothing on it takes: what the runtime needs in any case.
/// </summary>
internal static class ColdStart
{
    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var many = context.HistoryRows > 0 ? context.HistoryRows : context.Sizing.ColdStartRows;
        foreach (var rows in new[] { 0, many })
        {
            yield return await MeasureAsync(context, rows);
        }
    }

    private static async Task<Result> MeasureAsync(ScenarioContext context, long rows)
    {
        var token = context.CancellationToken;
        await using var rig = await context.PrepareAsync(
            new WorldSpec
            {
                People = context.Sizing.Pairs * 2,
                HasPairs = true,
                HistoryRows = rows,
            }
        );
        var before = rig.Read();
        var limit = new List<double>();
        for (var i = 0; i < context.Sizing.ColdStarts; i++)
        {
            await using var bare = await rig.StartBareKestrelAsync(token);
            limit.Add(bare.StartTime.TotalMilliseconds);
        }

        var starts = new List<double>();
        var missing = 0L;
        var wrong = 0L;
        for (var i = 0; i < context.Sizing.ColdStarts; i++)
        {
            await using var server = await rig.StartServerAsync(token);
            starts.Add(server.StartTime.TotalMilliseconds);
            if (i == 0)
            {
                (missing, wrong) = await LookAsync(rig, server, token);
            }

            await server.StopAsync();
        }

        return new Result
        {
            Scenario = "coldstart",
            Store = context.Store,
            Value = starts.Median(),
            Unit = "ms",
            Limit = limit.Median(),
            LimitName = "bare_kestrel_ready",
            Lost = missing,
            Reordered = wrong,
            OthersCpu = rig.Read().Since(before).OthersShare,
            HistoryRows = rig.World.HistoryRows,
            Extra = [("slowest_ms", starts.Max()), ("load_s", rig.World.LoadSeconds)],
            Target = rows > 0 ? Targets.Of("coldstart", context.Store) : null,
        };
    }

    /// <summary>Whether the last message of every conversation is there and nothing after it.</summary>
    private static async Task<(long Missing, long Wrong)> LookAsync(
        Rig rig,
        ServerProcess server,
        CancellationToken cancellationToken
    )
    {
        var chats = rig.World.Chats.Where(chat => chat.Seq > 0).ToList();
        using var fleet = await Fleet.ConnectAsync(
            server.Address,
            [.. chats.Select(chat => rig.World.Devices[chat.Members[0]].Token)],
            cancellationToken,
            loops: 1
        );
        var reading = new ReadBack(0, [], chats.Select((chat, index) => (fleet[index], chat.Id, chat.Seq - 1)));
        await fleet.RunAsync(_ => reading, cancellationToken);
        return (Math.Max(0, chats.Count - reading.Messages), reading.Misplaced);
    }
}
