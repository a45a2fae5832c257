using Hongyan.Load.Lean;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Traffic;

/// <summary>
/// Holds what was acknowledged against what the store has and against what the devices were told.
/// </summary>
internal sealed record Verdict(long Lost, long Doubled, long Reordered, long Dropped)
{
    /// <summary>Judges a run over a fleet. Every device of the fleet is in the one conversation it is measured in.</summary>
    /// <param name="fleet">The devices, still connected.</param>
    /// <param name="chats">The conversations, with how many messages each held before the run.</param>
    /// <param name="run">What was sent.</param>
    /// <param name="runNumber">The run's number in the client ids.</param>
    /// <param name="isStored">Whether the server stores messages at all; otherwise only the devices are asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<Verdict> OfAsync(
        Fleet fleet,
        IReadOnlyList<WorldChat> chats,
        TrafficRun run,
        int runNumber,
        bool isStored,
        CancellationToken cancellationToken
    )
    {
        var lost = run.UnackedCount;
        var doubled = (long)run.WrongAcks;
        var reordered = 0L;
        if (isStored)
        {
            var bases = chats.ToDictionary(chat => chat.Id, chat => chat.Seq);
            var works = fleet
                .Loops.Select(loop => new ReadBack(
                    runNumber,
                    run.Sent,
                    Readers(fleet, loop).Select(reader => (reader, reader.Conversation, bases[reader.Conversation]))
                ))
                .ToArray();
            await fleet.RunAsync(loop => works[loop], cancellationToken);
            doubled += works.Sum(work => work.Doubled);
            reordered += works.Sum(work => work.Misplaced);
            lost += works.Sum(work => work.Mangled) + run.Sent.Sum(sent => sent.CountNotFound());
        }

        var last = LastCounts(fleet, run);
        foreach (var connection in fleet.Connections)
        {
            if (connection.Order is { } order)
            {
                order.End(last.GetValueOrDefault(connection.Conversation, order.Last));
                lost += order.Missing;
                doubled += order.Doubled;
                reordered += order.Late;
            }
        }

        var dropped = fleet.Connections.Sum(connection => connection.Order?.Dropped ?? 0);
        return new Verdict(lost, doubled, reordered, dropped);
    }

    /// <summary>
    /// For each conversation one connection on the loop that reads it: the loop of its first device, so that no two
    /// loops read the same.
    /// </summary>
    private static IEnumerable<LeanConnection> Readers(Fleet fleet, LeanLoop loop)
    {
        var mine = loop.Connections.ToHashSet();
        return fleet.Connections.DistinctBy(connection => connection.Conversation).Where(mine.Contains);
    }

    /// <summary>The last change counter that was acknowledged in each conversation.</summary>
    private static Dictionary<long, long> LastCounts(Fleet fleet, TrafficRun run)
    {
        var last = new Dictionary<long, long>();
        for (var loop = 0; loop < fleet.Loops.Count; loop++)
        {
            var (sent, connections) = (run.Sent[loop], fleet.Loops[loop].Connections);
            for (var counter = 0L; counter < sent.Count; counter++)
            {
                var conversation = connections[sent[counter].Connection].Conversation;
                last[conversation] = Math.Max(last.GetValueOrDefault(conversation), sent[counter].Pts);
            }
        }

        return last;
    }
}
