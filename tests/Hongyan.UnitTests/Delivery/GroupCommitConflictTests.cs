using CsCheck;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Delivery;

/// <summary>What a write that the store refuses does to those that share its commit: nothing.</summary>
public sealed class GroupCommitConflictTests
{
    private static readonly UserId Ann = new(1);
    private static readonly UserId Eve = new(3);

    [Fact]
    public async Task Conflict_OfOneWrite_LeavesTheOthersOfItsCommitUntouched()
    {
        var log = new FakeLog();
        await using var harness = await StartAsync(log);
        var chats = Seed(log, 40);
        var used = harness.NewId();
        log.Use(Eve, used, chats[0]);
        var held = await HoldAsync(harness, chats);

        var sends = chats[1..].Select(chat => harness.SendAsync(Ann, chat, harness.NewId(), "hello")).ToList();
        var conflicting = AnnounceAsync(harness, chats[0], used);
        var behind = chats[1..].Select(chat => harness.SendAsync(Ann, chat, harness.NewId(), "world")).ToList();
        held.SetResult();

        Assert.Equal(ErrorCode.StoreUnavailable, await conflicting);
        Assert.All(await Task.WhenAll(sends), outcome => Assert.Equal(2, outcome.Sent?.Seq));
        Assert.All(await Task.WhenAll(behind), outcome => Assert.Equal(3, outcome.Sent?.Seq));
    }

    [Fact]
    public async Task Conflict_VoidsWhatWasNumberedBehindIt_AndARetryTakesTheNumberItHad()
    {
        var log = new FakeLog();
        await using var harness = await StartAsync(log);
        var chats = Seed(log, 2);
        var used = harness.NewId();
        log.Use(Eve, used, chats[0]);
        var held = await HoldAsync(harness, chats);

        var before = harness.SendAsync(Ann, chats[0], harness.NewId(), "before");
        var conflicting = AnnounceAsync(harness, chats[0], used);
        var id = harness.NewId();
        var behind = harness.SendAsync(Ann, chats[0], id, "behind");
        held.SetResult();

        Assert.Equal(2, (await before).Sent?.Seq);
        Assert.Equal(ErrorCode.StoreUnavailable, await conflicting);
        Assert.Equal(ErrorCode.StoreUnavailable, (await behind).Error);
        Assert.Equal(3, (await harness.SendAsync(Ann, chats[0], id, "behind")).Sent?.Seq);
        Assert.Equal([1, 2, 3], log.Messages[chats[0]].Select(message => message.Seq));
    }

    [Fact]
    public async Task FailedCommit_VoidsItsOwnConversations_AndNoOthersOfTheirSlots()
    {
        var log = new FakeLog();
        await using var harness = await StartAsync(log);
        var (one, other) = TwoOfOneSlot();
        log.Seed(one, ConversationKind.Group, Ann, Eve);
        log.Seed(other, ConversationKind.Group, Ann, Eve);
        await harness.SendAsync(Ann, one, harness.NewId(), "in memory");
        await harness.SendAsync(Ann, other, harness.NewId(), "in memory");
        var isHeld = new TaskCompletionSource();
        var mayFail = new TaskCompletionSource();
        log.BeforeCommit = () =>
        {
            isHeld.TrySetResult();
            return mayFail.Task;
        };
        var faults = new Queue<Fault>([Fault.Before]);
        log.NextFault = () => faults.TryDequeue(out var fault) ? fault : Fault.None;

        var failing = harness.SendAsync(Ann, one, harness.NewId(), "lost");
        await isHeld.Task;
        var sharing = harness.SendAsync(Ann, other, harness.NewId(), "kept");
        mayFail.SetResult();

        Assert.Equal(ErrorCode.StoreUnavailable, (await failing).Error);
        Assert.Equal(2, (await sharing).Sent?.Seq);
    }

    [Fact]
    public void Conflicts_AnywhereInAnything_LeaveDenseOrder_AndWhatWasToldIsStored() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 3])
            .Sample((seed, writers) => RunAsync(seed, writers).GetAwaiter().GetResult(), iter: 60, threads: 1);

    private static async Task RunAsync(int seed, int writers)
    {
        var random = new Random(seed);
        var log = new FakeLog(writers);
        await using var harness = await StartAsync(log);
        var chats = Seed(log, 6);
        var held = await HoldAsync(harness, chats);
        var sends = new List<Task<SendOutcome>>();
        var changes = new List<Task<string?>>();
        for (var i = 0; i < 80; i++)
        {
            var chat = chats[random.Next(chats.Length)];
            if (random.Next(8) == 0)
            {
                var used = harness.NewId();
                log.Use(Eve, used, chat);
                changes.Add(AnnounceAsync(harness, chat, used));
            }
            else
            {
                sends.Add(harness.SendAsync(Ann, chat, harness.NewId(), $"message {i}"));
            }
        }

        held.SetResult();
        Assert.All(await Task.WhenAll(changes), error => Assert.Equal(ErrorCode.StoreUnavailable, error));
        var outcomes = await Task.WhenAll(sends);

        var told = outcomes.Where(outcome => outcome.Sent is not null).Select(outcome => outcome.Sent!);
        Assert.Equal(
            log.Messages.SelectMany(chat =>
                    chat.Value.Skip(1).Select(message => (chat.Key.Value, message.ClientId, message.Seq))
                )
                .Order(),
            told.Select(sent => (sent.Conversation.Value, sent.ClientId, sent.Seq)).Order()
        );
        foreach (var messages in log.Messages.Values)
        {
            Assert.Equal(Enumerable.Range(1, messages.Count), messages.Select(message => (int)message.Seq));
        }
    }

    /// <summary>A server that has run for a while: it knows a new client id by its memory, and numbers it at once.</summary>
    private static async Task<SequencerHarness> StartAsync(FakeLog log)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var harness = await SequencerHarness.StartAsync(log, time);
        time.Advance(TimeSpan.FromMinutes(1));
        return harness;
    }

    /// <summary>Has every conversation in memory, and a commit under way that waits for the test.</summary>
    private static async Task<TaskCompletionSource> HoldAsync(SequencerHarness harness, ConversationId[] chats)
    {
        foreach (var chat in chats[1..])
        {
            await harness.SendAsync(Ann, chat, harness.NewId(), "in memory from here on");
        }

        var isHeld = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        harness.Log.BeforeCommit = () =>
        {
            isHeld.TrySetResult();
            return held.Task;
        };
        _ = harness.SendAsync(Ann, chats[0], harness.NewId(), "in memory from here on");
        await isHeld.Task;
        return held;
    }

    private static Task<string?> AnnounceAsync(SequencerHarness harness, ConversationId chat, Guid clientId) =>
        harness.Sequencer.AnnounceAsync(chat, Eve, clientId, new GroupRenamedBody("Geese"), CancellationToken.None);

    private static ConversationId[] Seed(FakeLog log, int count)
    {
        var chats = Enumerable.Range(0, count).Select(i => new ConversationId(1000 + i)).ToArray();
        foreach (var chat in chats)
        {
            log.Seed(chat, ConversationKind.Group, Ann, Eve);
        }

        return chats;
    }

    private static (ConversationId One, ConversationId Other) TwoOfOneSlot()
    {
        var one = new ConversationId(1);
        var other = Enumerable
            .Range(2, 100_000)
            .Select(i => new ConversationId(i))
            .First(id => Slots.Of(id) == Slots.Of(one));
        return (one, other);
    }
}
