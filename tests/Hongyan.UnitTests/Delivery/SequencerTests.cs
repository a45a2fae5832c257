using CsCheck;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Delivery;

public sealed class SequencerTests
{
    private static readonly UserId Ann = new(1);
    private static readonly UserId Bob = new(2);
    private static readonly UserId Eve = new(3);
    private static readonly ConversationId Chat = new(100);

    [Fact]
    public async Task Send_Twice_ReturnsTheFirstAnswer()
    {
        await using var harness = await StartAsync();
        var id = harness.NewId();

        var first = await harness.SendAsync(Ann, Chat, id, "hello");
        var second = await harness.SendAsync(Ann, Chat, id, "hello");

        Assert.Equal(first, second);
        Assert.Single(harness.Log.Messages[Chat]);
    }

    [Fact]
    public async Task Send_WithAnotherPayload_IsRefused()
    {
        await using var harness = await StartAsync();
        var id = harness.NewId();
        await harness.SendAsync(Ann, Chat, id, "hello");

        var outcome = await harness.SendAsync(Ann, Chat, id, "something else");

        Assert.Equal(ErrorCode.ClientIdReused, outcome.Error);
        Assert.Single(harness.Log.Messages[Chat]);
    }

    [Fact]
    public async Task Send_WithTheIdOfAChangeThatIsOnItsWay_IsRefused_AndTheOtherWayRound()
    {
        await using var harness = await StartAsync();
        var group = new ConversationId(200);
        harness.Log.Seed(group, ConversationKind.Group, Ann, Bob);
        await harness.SendAsync(Ann, group, harness.NewId(), "in memory from here on");
        await harness.SendAsync(Ann, Chat, harness.NewId(), "this one, too");
        var (change, send) = (harness.NewId(), harness.NewId());
        var held = new TaskCompletionSource();
        harness.Log.BeforeCommit = () => held.Task;
        var announcing = harness.Sequencer.AnnounceAsync(
            group,
            Ann,
            change,
            new GroupRenamedBody("Geese"),
            CancellationToken.None
        );
        var sending = harness.SendAsync(Ann, Chat, send, "hello");

        var refusedSend = await harness.SendAsync(Ann, Chat, change, "hello");
        var refusedChange = await harness.Sequencer.AnnounceAsync(
            group,
            Ann,
            send,
            new GroupRenamedBody("Swans"),
            CancellationToken.None
        );
        held.SetResult();

        Assert.Null(await announcing);
        Assert.NotNull((await sending).Sent);
        Assert.Equal(ErrorCode.ClientIdReused, refusedSend.Error);
        Assert.Equal(ErrorCode.ClientIdReused, refusedChange);
        Assert.Equal(ErrorCode.ClientIdReused, (await harness.SendAsync(Ann, Chat, change, "hello")).Error);
    }

    [Fact]
    public async Task Send_WithAnIdOfAnotherConversation_IsRefused()
    {
        await using var harness = await StartAsync();
        var other = new ConversationId(200);
        harness.Log.Seed(other, ConversationKind.Group, Ann, Bob);
        var id = harness.NewId();
        await harness.SendAsync(Ann, Chat, id, "hello");

        var outcome = await harness.SendAsync(Ann, other, id, "hello");

        Assert.Equal(ErrorCode.ClientIdReused, outcome.Error);
        Assert.Empty(harness.Log.Messages[other]);
    }

    [Fact]
    public async Task Send_RetriedAfterARestart_ReturnsTheFirstAnswer()
    {
        var log = NewLog();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var id = Guid.CreateVersion7(time.GetUtcNow());
        SendOutcome first;
        await using (var before = await SequencerHarness.StartAsync(log, time))
        {
            first = await before.SendAsync(Ann, Chat, id, "hello");
        }

        time.Advance(TimeSpan.FromHours(5));
        await using var after = await SequencerHarness.StartAsync(log, time);
        var second = await after.SendAsync(Ann, Chat, id, "hello");

        Assert.Equal(first, second);
        Assert.Single(log.Messages[Chat]);
    }

    [Fact]
    public async Task Send_WithAnIdFromTheFutureRetriedAfterARestart_ReturnsTheFirstAnswer()
    {
        var log = NewLog();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var id = Guid.CreateVersion7(time.GetUtcNow().AddHours(1));
        SendOutcome first;
        await using (var before = await SequencerHarness.StartAsync(log, time))
        {
            first = await before.SendAsync(Ann, Chat, id, "hello");
        }

        await using var after = await SequencerHarness.StartAsync(log, time);
        time.Advance(TimeSpan.FromHours(1));
        var conflicted = await after.SendAsync(Ann, Chat, id, "hello");
        var retried = await after.SendAsync(Ann, Chat, id, "hello");

        Assert.Equal(first, conflicted);
        Assert.Equal(first, retried);
        Assert.Single(log.Messages[Chat]);
    }

    [Fact]
    public async Task Send_OfAFreshId_AsksTheLogNothing()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var harness = await SequencerHarness.StartAsync(NewLog(), time);
        time.Advance(TimeSpan.FromSeconds(10));

        await harness.SendAsync(Ann, Chat, harness.NewId(), "hello");

        Assert.Equal(0, harness.Log.Lookups);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n")]
    [InlineData("a\0b")]
    public async Task Send_OfBadText_IsRefused(string text)
    {
        await using var harness = await StartAsync();

        var outcome = await harness.SendAsync(Ann, Chat, harness.NewId(), text);

        Assert.Equal(ErrorCode.InvalidText, outcome.Error);
    }

    [Fact]
    public async Task Send_OfHalfASurrogatePair_IsRefused()
    {
        await using var harness = await StartAsync();

        var outcome = await harness.SendAsync(Ann, Chat, harness.NewId(), "goose " + '\ud83d');

        Assert.Equal(ErrorCode.InvalidText, outcome.Error);
    }

    [Fact]
    public async Task Send_OfTheLongestText_IsTaken_AndOneMoreIsNot()
    {
        await using var harness = await StartAsync();

        var longest = await harness.SendAsync(Ann, Chat, harness.NewId(), new string('雁', 10_000));
        var tooLong = await harness.SendAsync(Ann, Chat, harness.NewId(), new string('雁', 10_001));

        Assert.Null(longest.Error);
        Assert.Equal(ErrorCode.InvalidText, tooLong.Error);
    }

    [Fact]
    public async Task Send_WithAnIdThatIsNoVersion7_IsRefused()
    {
        await using var harness = await StartAsync();

        var outcome = await harness.SendAsync(Ann, Chat, Guid.NewGuid(), "hello");

        Assert.Equal(ErrorCode.InvalidClientId, outcome.Error);
    }

    [Fact]
    public async Task Send_ByAStranger_AndToNowhere_GetTheSameAnswer()
    {
        await using var harness = await StartAsync();

        var stranger = await harness.SendAsync(Eve, Chat, harness.NewId(), "hello");
        var nowhere = await harness.SendAsync(Eve, new ConversationId(999), harness.NewId(), "hello");

        Assert.Equal(ErrorCode.NotFound, stranger.Error);
        Assert.Equal(ErrorCode.NotFound, nowhere.Error);
    }

    [Fact]
    public async Task Send_AfterContactsEnded_IsRefusedOnceRefreshed()
    {
        await using var harness = await StartAsync();
        await harness.SendAsync(Ann, Chat, harness.NewId(), "hello");
        harness.Log.SetCanSend(Chat, false);

        await harness.Sequencer.RefreshAsync(Chat, CancellationToken.None);
        var outcome = await harness.SendAsync(Ann, Chat, harness.NewId(), "are you there?");

        Assert.Equal(ErrorCode.NotContacts, outcome.Error);
    }

    [Fact]
    public async Task Send_AfterContactsEnded_AndTheStoreCouldNotBeAsked_AsksItFirst()
    {
        await using var harness = await StartAsync();
        await harness.SendAsync(Ann, Chat, harness.NewId(), "hello");
        harness.Log.SetCanSend(Chat, false);
        harness.Log.BeforeLoad = () => throw new IOException("The store is away.");

        await Assert.ThrowsAsync<IOException>(() => harness.Sequencer.RefreshAsync(Chat, CancellationToken.None));
        var meanwhile = await harness.SendAsync(Ann, Chat, harness.NewId(), "are you there?");
        harness.Log.BeforeLoad = () => { };
        var after = await harness.SendAsync(Ann, Chat, harness.NewId(), "and now?");

        Assert.Equal(ErrorCode.StoreUnavailable, meanwhile.Error);
        Assert.Equal(ErrorCode.NotContacts, after.Error);
    }

    [Fact]
    public async Task Send_WhenTheCommitFails_IsNotAcknowledged_AndARetryTakesTheNextNumber()
    {
        await using var harness = await StartAsync();
        var faults = new Queue<Fault>([Fault.Before]);
        harness.Log.NextFault = () => faults.TryDequeue(out var fault) ? fault : Fault.None;
        var id = harness.NewId();

        var failed = await harness.SendAsync(Ann, Chat, id, "hello");
        var retried = await harness.SendAsync(Ann, Chat, id, "hello");

        Assert.Equal(ErrorCode.StoreUnavailable, failed.Error);
        Assert.Equal(1, retried.Sent!.Seq);
    }

    [Fact]
    public async Task Send_WhenTheAnswerOfTheCommitIsLost_ARetryFindsTheMessage()
    {
        await using var harness = await StartAsync();
        var faults = new Queue<Fault>([Fault.After]);
        harness.Log.NextFault = () => faults.TryDequeue(out var fault) ? fault : Fault.None;
        var id = harness.NewId();

        var failed = await harness.SendAsync(Ann, Chat, id, "hello");
        var retried = await harness.SendAsync(Ann, Chat, id, "hello");
        var next = await harness.SendAsync(Ann, Chat, harness.NewId(), "world");

        Assert.Equal(ErrorCode.StoreUnavailable, failed.Error);
        Assert.Equal(1, retried.Sent!.Seq);
        Assert.Equal(2, next.Sent!.Seq);
    }

    [Fact]
    public async Task Send_WhenFenced_StopsTheServer()
    {
        await using var harness = await StartAsync();
        harness.Log.BeforeCommit = () => throw new FencedException("Taken.");

        var outcome = await harness.SendAsync(Ann, Chat, harness.NewId(), "hello");

        Assert.Equal(ErrorCode.StoreUnavailable, outcome.Error);
        Assert.True(harness.WasStopped);
        Assert.False(harness.Sequencer.IsReady);
    }

    [Fact]
    public async Task Stop_CommitsAndTellsWhatWaits_AndRefusesWhatComesAfter()
    {
        var log = NewLog();
        var harness = await SequencerHarness.StartAsync(log);
        var isCommitting = new TaskCompletionSource();
        var mayCommit = new TaskCompletionSource();
        log.BeforeCommit = () =>
        {
            isCommitting.TrySetResult();
            return mayCommit.Task;
        };
        var sends = Enumerable
            .Range(0, 20)
            .Select(i => harness.SendAsync(Ann, Chat, harness.NewId(), $"message {i}"))
            .ToList();
        await isCommitting.Task;

        var stopping = harness.Sequencer.StopAsync();
        var late = await harness.SendAsync(Ann, Chat, harness.NewId(), "too late");
        mayCommit.SetResult();
        await stopping;
        var outcomes = await Task.WhenAll(sends);

        Assert.Equal(ErrorCode.ShuttingDown, late.Error);
        var acknowledged = outcomes.Where(outcome => outcome.Sent is not null).Select(outcome => outcome.Sent!.Seq);
        Assert.Equal(log.Messages[Chat].Select(message => message.Seq), acknowledged.Order());
        Assert.All(
            outcomes,
            outcome => Assert.True(outcome.Sent is not null || outcome.Error == ErrorCode.ShuttingDown)
        );
        harness.Dispose();
    }

    [Fact]
    public async Task Mark_MovesOnlyForward_AndNotPastTheEnd()
    {
        await using var harness = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await harness.SendAsync(Ann, Chat, harness.NewId(), $"message {i}");
        }

        await MarkAsync(harness, new MarkRequest(Read: 3));
        await MarkAsync(harness, new MarkRequest(Read: 2, Delivered: 99));

        var bob = harness.Log.Stored(Chat).Members.Single(member => member.User == Bob);
        Assert.Equal((3, 5), (bob.ReadSeq, bob.DeliveredSeq));
    }

    [Fact]
    public async Task Leave_OfTheOwner_MakesTheLongestMemberOwner()
    {
        var log = NewLog();
        await using var harness = await SequencerHarness.StartAsync(log);
        var group = new ConversationId(300);
        await harness.Sequencer.CreateAsync(
            group,
            new NewConversation(ConversationKind.Group, "Geese", null, 1),
            Ann,
            [(Ann, MemberRole.Owner), (Bob, MemberRole.Member), (Eve, MemberRole.Member)],
            harness.NewId(),
            new GroupCreatedBody("Geese", [Ann, Bob, Eve]),
            CancellationToken.None
        );

        var error = await harness.Sequencer.LeaveAsync(group, Ann, harness.NewId(), CancellationToken.None);

        Assert.Null(error);
        Assert.Equal(
            [(Bob, MemberRole.Owner), (Eve, MemberRole.Member)],
            log.Stored(group).Members.Select(member => (member.User, member.Role)).OrderBy(member => member.User.Value)
        );
        var refused = await harness.SendAsync(Ann, group, harness.NewId(), "still here?");
        Assert.Equal(ErrorCode.NotFound, refused.Error);
    }

    [Fact]
    public void Sends_UnderFaultsAndRetries_AreStoredOnceInDenseOrder_AndAcknowledgedAsStored() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 3])
            .Sample((seed, writers) => RunFaultyAsync(seed, writers).GetAwaiter().GetResult(), iter: 60, threads: 1);

    private static async Task RunFaultyAsync(int seed, int writers)
    {
        var random = new Random(seed);
        var gate = new Lock();
        var log = NewLog(writers);
        var chats = Enumerable.Range(0, 4).Select(i => new ConversationId(1000 + i)).ToArray();
        foreach (var chat in chats)
        {
            log.Seed(chat, ConversationKind.Group, Ann, Bob, Eve);
        }

        await using var harness = await SequencerHarness.StartAsync(
            log,
            options: new DeliveryOptions { Linger = TimeSpan.Zero, MaxPendingPerConversation = random.Next(1, 5) }
        );
        log.NextFault = () =>
        {
            lock (gate)
            {
                return random.Next(10) switch
                {
                    0 => Fault.Before,
                    1 => Fault.After,
                    _ => Fault.None,
                };
            }
        };
        var acks = new List<MessageSent>[] { [], [], [] };
        await Task.WhenAll(new[] { Ann, Bob, Eve }.Select((user, i) => Task.Run(() => TalkAsync(user, acks[i]))));

        foreach (var chat in chats)
        {
            var stored = log.Messages[chat];
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => (long)i), stored.Select(message => message.Seq));
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => (long)i), stored.Select(message => message.Pts));
        }

        Assert.Equal(
            log.Messages.Values.SelectMany(messages => messages)
                .Select(message => (message.ClientId, message.Seq, message.Pts))
                .Order(),
            acks.SelectMany(list => list).Select(ack => (ack.ClientId, ack.Seq, ack.Pts)).Order()
        );

        async Task TalkAsync(UserId user, List<MessageSent> acked)
        {
            for (var i = 0; i < 25; i++)
            {
                ConversationId chat;
                bool isDoubled;
                lock (gate)
                {
                    chat = chats[random.Next(chats.Length)];
                    isDoubled = random.Next(3) == 0;
                }

                var id = harness.NewId();
                var twin = isDoubled ? UntilSentAsync(user, chat, id, i) : null;
                var sent = await UntilSentAsync(user, chat, id, i);
                acked.Add(sent);
                Assert.Equal(sent, twin is null ? sent : await twin);
            }
        }

        async Task<MessageSent> UntilSentAsync(UserId user, ConversationId chat, Guid id, int i)
        {
            while (true)
            {
                var outcome = await harness.SendAsync(user, chat, id, $"message {i}");
                if (outcome.Sent is { } sent)
                {
                    return sent;
                }

                Assert.True(ErrorDescription.Of(outcome.Error!).IsRetryable, outcome.Error);
            }
        }
    }

    private static Task<string?> MarkAsync(SequencerHarness harness, MarkRequest request) =>
        harness.Sequencer.MarkAsync(Chat, Bob, request, CancellationToken.None);

    private static Task<SequencerHarness> StartAsync() => SequencerHarness.StartAsync(NewLog());

    private static FakeLog NewLog(int writers = 1)
    {
        var log = new FakeLog(writers);
        log.Seed(Chat, ConversationKind.Direct, Ann, Bob);
        return log;
    }
}
