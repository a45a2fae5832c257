using System.Globalization;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.FaultTests.CrashPoints;

/// <summary>
/// A thousand crashes of the SQLite message log. A run, on a disk that fails now and then, is written down call by call;
/// then it is cut off at any call, once as a killed process leaves the disk and once as a power cut does, and a new
/// process takes over what is left. Some of those are cut off in their turn while they take over.
/// </summary>
public sealed class CrashPointTests
{
    private const int Runs = 25;
    private const int CrashesPerRun = 40;
    private const int Steps = 60;
    private static readonly AsyncLocal<bool> CanFail = new();

    [Fact]
    public async Task Crash_AnywhereInARun_LosesNothingAcknowledged_AndDoublesNothing()
    {
        // The seed of a failure is in its message; HONGYAN_SEED makes it happen again, but for how threads meet.
        var seed = Environment.GetEnvironmentVariable("HONGYAN_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        var (crashes, acknowledged) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var random = new Random(seed + run);
            var (before, entries) = await RecordAsync(random);
            for (var i = 0; i < CrashesPerRun; i++)
            {
                var count = random.Next(entries.Count + 1);
                var done = entries.Take(count).ToList();
                var isPowerCut = random.Next(2) == 0;
                try
                {
                    acknowledged += await CrashAsync(before, done, done, isPowerCut, isNested: i % 5 == 0, random);
                    crashes++;
                }
                catch (Exception exception)
                {
                    var tail = string.Join("\n", done.TakeLast(12).Select(Describe));
                    throw new InvalidOperationException(
                        $"HONGYAN_SEED={seed}, run {run}, crash {i} after call {count} of {entries.Count}, "
                            + $"power cut: {isPowerCut}:\n{tail}",
                        exception
                    );
                }
            }
        }

        Assert.Equal(Runs * CrashesPerRun, crashes);
        Assert.True(acknowledged > crashes);
    }

    /// <summary>Commits this and that, and writes down what was done and said.</summary>
    private static async Task<(IReadOnlyDictionary<string, byte[]>, IReadOnlyList<JournalEntry>)> RecordAsync(
        Random random
    )
    {
        var faults = new Random(random.Next());
        using var world = new CrashWorld(mayFail: () =>
        {
            lock (faults)
            {
                return CanFail.Value && faults.Next(25) == 0;
            }
        });
        var epochs = await world.Log.TakeSlotsAsync("first", CancellationToken.None);
        CanFail.Value = true; // here, and not in the pass that applies: it would wait before it tries again
        var chats = Enumerable
            .Range(0, 3)
            .Select(_ => new ConversationId(random.NextInt64(1, long.MaxValue)))
            .ToArray();
        foreach (var chat in chats)
        {
            await UntilMadeAsync(world, chat, epochs);
        }

        var ends = chats.ToDictionary(chat => chat, _ => 0L);
        var refused = new Queue<(ConversationId Chat, Guid Id)>();
        for (var step = 0; step < Steps; step++)
        {
            var isSend = random.Next(4) > 0;
            var writes = new List<LogWrite>();
            for (var i = random.Next(isSend ? 6 : 1); i >= 0; i--)
            {
                var (chat, id) =
                    refused.Count > 0 && random.Next(2) == 0
                        ? refused.Dequeue()
                        : (chats[random.Next(chats.Length)], Guid.CreateVersion7());
                writes.Add(NewWrite(chat, ++ends[chat], id, isSend, random));
            }

            world.Journal.Note(new Attempt(Places(writes)));
            try
            {
                await world.Log.CommitAsync(new CommitBatch(writes, epochs), CancellationToken.None);
                world.Journal.Note(new Acknowledgement(Places(writes)));
            }
            catch (Exception exception) when (exception is not (LogConflictException or FencedException))
            {
                foreach (var write in writes)
                {
                    ends[write.Conversation] = (
                        await world.Log.LoadAsync(write.Conversation, CancellationToken.None)
                    )!.Seq;
                    if (
                        await world.Log.FindSendAsync(
                            write.Message!.Sender,
                            write.Message.ClientId,
                            CancellationToken.None
                        )
                        is null
                    )
                    {
                        refused.Enqueue((write.Conversation, write.Message.ClientId));
                    }
                }

                await TryProbeAsync(world, epochs, random);
            }
        }

        CanFail.Value = false;
        await world.Log.CloseAsync();
        return (world.Before, world.Journal.Entries);
    }

    private static async Task TryProbeAsync(CrashWorld world, long[] epochs, Random random)
    {
        try
        {
            if (random.Next(2) == 0)
            {
                await world.Log.ProbeAsync(epochs, CancellationToken.None);
            }
        }
        catch (Exception exception) when (exception is not FencedException)
        {
            // The disk fails again.
        }
    }

    private static async Task UntilMadeAsync(CrashWorld world, ConversationId chat, long[] epochs)
    {
        while (await world.Log.LoadAsync(chat, CancellationToken.None) is null)
        {
            var create = new LogWrite
            {
                Conversation = chat,
                Create = new NewConversation(ConversationKind.Group, "Crash", null, 1),
            };
            try
            {
                await world.Log.CommitAsync(new CommitBatch([create], epochs), CancellationToken.None);
            }
            catch (Exception exception) when (exception is not (LogConflictException or FencedException))
            {
                // The disk fails; again.
            }
        }
    }

    /// <summary>Makes the disk that a crash leaves, lets a process take it over, and looks at what it has.</summary>
    /// <returns>How many messages had been acknowledged.</returns>
    private static async Task<int> CrashAsync(
        IReadOnlyDictionary<string, byte[]> before,
        IReadOnlyList<JournalEntry> done,
        IReadOnlyList<JournalEntry> said,
        bool isPowerCut,
        bool isNested,
        Random random
    )
    {
        var left = isPowerCut
            ? CrashedDisk.AfterPowerCut(before, done, random)
            : CrashedDisk.AfterKill(before, done, random);
        IReadOnlyList<JournalEntry> takingOver;
        int acknowledged;
        using (var world = new CrashWorld(left))
        {
            await world.Log.TakeSlotsAsync("next", CancellationToken.None);
            await world.Log.CloseAsync();
            acknowledged = Check(said, world.ReadTables());
            takingOver = world.Journal.Entries;
        }

        if (isNested)
        {
            var again = takingOver.Take(random.Next(takingOver.Count + 1)).ToList();
            await CrashAsync(left, again, said, random.Next(2) == 0, isNested: false, random);
        }

        return acknowledged;
    }

    /// <summary>The model: what may and what must be there, after what was tried and what was acknowledged.</summary>
    private static int Check(
        IReadOnlyList<JournalEntry> said,
        List<(long Conversation, long Seq, Guid ClientId)> stored
    )
    {
        var tried = said.Select(entry => entry.Note).OfType<Attempt>().SelectMany(note => note.Places).ToHashSet();
        var acknowledged = said.Select(entry => entry.Note)
            .OfType<Acknowledgement>()
            .SelectMany(note => note.Places)
            .ToList();
        var places = stored.ToHashSet();
        Assert.All(acknowledged, place => Assert.Contains(place, places)); // none lost, none moved
        Assert.All(stored, place => Assert.Contains(place, tried)); // none made up
        Assert.Equal(stored.Count, stored.Select(place => place.ClientId).Distinct().Count()); // none doubled
        foreach (var conversation in stored.GroupBy(place => place.Conversation))
        {
            Assert.Equal(
                Enumerable.Range(1, conversation.Count()).Select(i => (long)i),
                conversation.Select(place => place.Seq)
            );
        }

        return acknowledged.Count;
    }

    private static List<(long, long, Guid)> Places(List<LogWrite> writes) =>
        [.. writes.Select(write => (write.Conversation.Value, write.Message!.Seq, write.Message.ClientId))];

    private static LogWrite NewWrite(ConversationId chat, long seq, Guid id, bool isSend, Random random) =>
        new()
        {
            Conversation = chat,
            Title = isSend ? null : $"title {seq}",
            Message = new MessageWrite(
                seq,
                seq,
                new UserId(7),
                id,
                seq,
                seq,
                System.Text.Encoding.UTF8.GetBytes(new string('x', random.Next(1, 200)))
            ),
        };

    private static string Describe(JournalEntry entry) =>
        entry.Call is null
            ? $"{entry.Note!.GetType().Name}"
            : $"{entry.Call} {entry.Path} at {entry.Offset}, {entry.Bytes.Length} bytes";

    private sealed record Attempt(List<(long Conversation, long Seq, Guid ClientId)> Places);

    private sealed record Acknowledgement(List<(long Conversation, long Seq, Guid ClientId)> Places);
}
