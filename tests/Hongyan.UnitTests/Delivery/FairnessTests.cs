using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Delivery;

/// <summary>A conversation at full blast keeps no other waiting, loses nothing, and stays in order.</summary>
public sealed class FairnessTests
{
    private static readonly ConversationId Loud = new(1);
    private static readonly ConversationId Quiet = new(2);
    private static readonly UserId Alice = new(11);
    private static readonly UserId Bob = new(12);

    [Theory]
    [InlineData(8, 8, 4)]
    [InlineData(4096, 16 * 1024, 1024)] // as configured by default
    public async Task Send_BesideAConversationAtFullBlast_IsInTheVeryNextCommit(int batch, int pending, int places)
    {
        await using var world = await World.StartAsync(batch, pending, places);
        var first = world.SendAsync(Loud, Bob);
        await world.CommitHasBegunAsync();
        var flood = world.Flood(2 * pending);

        var send = world.SendAsync(Quiet, Alice);
        world.LetCommitEnd();
        await world.CommitHasBegunAsync();
        world.LetCommitEnd();
        await world.CommitHasBegunAsync();

        Assert.Single(world.Log.Messages[Quiet]);
        Assert.InRange(world.Log.Messages[Loud].Count, 2, 1 + places);
        world.Open();
        Assert.All(await Task.WhenAll([first, send, .. flood]), outcome => Assert.NotNull(outcome.Sent));
    }

    [Fact]
    public async Task Flood_LosesNothing_AndKeepsTheOrderOfEachSession()
    {
        await using var world = await World.StartAsync(batch: 8, pending: 8, places: 4);
        world.Open();

        var sessions = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => world.PipelineAsync(50))));

        var seqs = sessions.Select(outcomes => outcomes.Select(outcome => (int)outcome.Sent!.Seq).ToList()).ToList();
        Assert.All(seqs, own => Assert.Equal(own.Order(), own));
        Assert.Equal(Enumerable.Range(1, 1000), seqs.SelectMany(own => own).Order());
        Assert.Equal(Enumerable.Range(1, 1000), world.Log.Messages[Loud].Select(message => (int)message.Seq));
    }

    [Fact]
    public async Task Flood_WhoseSenderGoesAway_HoldsNobodyUp()
    {
        await using var world = await World.StartAsync(batch: 8, pending: 8, places: 4);
        using var gone = new CancellationTokenSource();
        var kept = world.Flood(4);
        var lost = world.FloodUntil(50, gone.Token);
        var behind = world.SendAsync(Loud, Bob);

        await gone.CancelAsync();
        world.Open();

        Assert.All(await Task.WhenAll(kept), outcome => Assert.NotNull(outcome.Sent));
        Assert.All(await Task.WhenAll(lost), outcome => Assert.Equal(ErrorCode.ShuttingDown, outcome.Error));
        Assert.Equal(5, (await behind).Sent!.Seq);
    }

    [Fact]
    public async Task Flood_ThroughCommitsThatFail_IsAllAnswered()
    {
        await using var world = await World.StartAsync(batch: 8, pending: 8, places: 4);
        var commits = 0;
        world.Log.NextFault = () => commits++ % 3 == 0 ? Fault.Before : Fault.None;
        var flood = world.Flood(100);
        world.Open();

        var sent = (await Task.WhenAll(flood)).Select(outcome => outcome.Sent).OfType<MessageSent>().ToList();

        Assert.InRange(sent.Count, 1, 99);
        Assert.Equal(Enumerable.Range(1, sent.Count), world.Log.Messages[Loud].Select(message => (int)message.Seq));
    }

    [Fact]
    public async Task Stop_DuringAFlood_CommitsWhatHasItsNumber_AndRefusesWhatWaits()
    {
        var world = await World.StartAsync(batch: 8, pending: 8, places: 4);
        var flood = world.Flood(50);

        await world.DisposeAsync();
        var outcomes = await Task.WhenAll(flood);

        Assert.All(outcomes[..4], outcome => Assert.NotNull(outcome.Sent));
        Assert.All(
            outcomes,
            outcome => Assert.True(outcome.Sent is not null || outcome.Error == ErrorCode.ShuttingDown)
        );
        Assert.Equal(outcomes.Count(outcome => outcome.Sent is not null), world.Log.Messages[Loud].Count);
    }

    [Theory]
    [InlineData(2, 1024)]
    [InlineData(200, 327)]
    [InlineData(5_000, 16)]
    public void Places_AreFewerInALargeGroup_ButNeverNone(int members, int places)
    {
        var users = Enumerable
            .Range(1, members)
            .Select(id => new StoredMember(new UserId(id), MemberRole.Member, 1, 0, 0, 0));
        var stored = new StoredConversation(Loud, ConversationKind.Group, "", 0, 0, true, [.. users]);

        Assert.Equal(places, new ConversationState(stored, new DeliveryOptions()).Places);
    }

    /// <summary>Two conversations, and a log whose commits end one by one when the test says so.</summary>
    private sealed class World : IAsyncDisposable
    {
        private const int ManySends = 512 * 1024;

        private readonly SemaphoreSlim _mayEnd = new(0);
        private readonly SemaphoreSlim _begun = new(0);

        private SequencerHarness _harness = null!;

        public FakeLog Log { get; } = new();

        public static async Task<World> StartAsync(int batch, int pending, int places)
        {
            var world = new World();
            world.Log.Seed(Loud, ConversationKind.Direct, Alice, Bob);
            world.Log.Seed(Quiet, ConversationKind.Direct, Alice, Bob);
            world.Log.BeforeCommit = async () =>
            {
                world._begun.Release();
                await world._mayEnd.WaitAsync();
            };
            var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
            var options = new DeliveryOptions
            {
                Linger = TimeSpan.Zero,
                MaxBatch = batch,
                MaxPending = pending,
                MaxPendingPerConversation = places,
            };
            world._harness = await SequencerHarness.StartAsync(world.Log, time, options, ManySends);

            // New ids, of conversations in memory: every send has its place before the call returns.
            time.Advance(TimeSpan.FromSeconds(10));
            await world._harness.Sequencer.AudienceAsync(Alice, Loud, TestContext.Current.CancellationToken);
            await world._harness.Sequencer.AudienceAsync(Alice, Quiet, TestContext.Current.CancellationToken);
            return world;
        }

        public Task<SendOutcome>[] Flood(int count) => FloodUntil(count, CancellationToken.None);

        /// <summary>By a session that goes away.</summary>
        public Task<SendOutcome>[] FloodUntil(int count, CancellationToken gone) =>
            [.. Enumerable.Range(0, count).Select(_ => StartSend(Loud, Bob, gone))];

        public Task<SendOutcome> SendAsync(ConversationId to, UserId from) =>
            StartSend(to, from, CancellationToken.None);

        /// <summary>Sends as a session does: one after the other has its place, whether or not it is answered.</summary>
        public async Task<SendOutcome[]> PipelineAsync(int count)
        {
            var sends = Enumerable.Range(0, count).Select(_ => new SendTask()).ToList();
            foreach (var send in sends)
            {
                await PlaceAsync(Loud, Bob, send, CancellationToken.None);
            }

            return await Task.WhenAll(sends.Select(send => send.Task));
        }

        public Task CommitHasBegunAsync() => _begun.WaitAsync(TestContext.Current.CancellationToken);

        public void LetCommitEnd() => _mayEnd.Release();

        /// <summary>Lets all commits end.</summary>
        public void Open() => _mayEnd.Release(1_000_000);

        public async ValueTask DisposeAsync()
        {
            Open();
            await _harness.DisposeAsync();
            _mayEnd.Dispose();
            _begun.Dispose();
        }

        private Task<SendOutcome> StartSend(ConversationId to, UserId from, CancellationToken gone)
        {
            var send = new SendTask();
            _ = PlaceAsync(to, from, send, gone).AsTask();
            return send.Task;
        }

        private ValueTask PlaceAsync(ConversationId to, UserId from, SendTask send, CancellationToken gone) =>
            _harness.Sequencer.SendAsync(from, null, to, _harness.NewId(), new TextBody("text"), send, gone);
    }
}
