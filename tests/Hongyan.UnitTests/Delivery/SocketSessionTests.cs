using System.Diagnostics.Metrics;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.UnitTests.Delivery;

public sealed class SocketSessionTests : IMeterFactory
{
    private readonly FakeSocket _socket = new();
    private readonly DeliveryOptions _options = new() { MaxOutboundBytes = 4096, MaxInFlightPerSession = 2 };

    [Fact]
    public async Task Start_SendsTheWelcomeBeforeWhatWasQueuedEarlier()
    {
        var session = NewSession();
        session.Push(Typing(1));

        session.Start(Frames.Serialize(Welcome));

        var frames = await _socket.NextAsync();
        Assert.IsType<Welcome>(frames[0]);
        Assert.Equal(new Typing(new ConversationId(1), new UserId(1)), frames[1]);
    }

    [Fact]
    public async Task Push_WhileTheOtherSideDoesNotRead_GoesOutInOrderOnceItDoes()
    {
        var session = await StartedAsync();
        _socket.Stall();
        session.Push(Typing(1)); // written at once, and held by the socket
        for (var i = 2; i <= 20; i++)
        {
            session.Push(Typing(i));
        }

        _socket.Unstall();

        var received = new List<long>();
        while (received.Count < 20)
        {
            received.AddRange((await _socket.NextAsync()).Select(frame => ((Typing)frame).Conversation.Value));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), received);
    }

    [Fact]
    public async Task Push_WhileFlushesAreCollected_IsFlushedOnceForAll()
    {
        var session = await StartedAsync();
        var before = _socket.Flushes;
        var touched = new List<SocketSession>();
        using (SocketSession.CollectFlushes(touched))
        {
            for (var i = 1; i <= 20; i++)
            {
                session.Push(Typing(i));
            }
        }

        Assert.Equal(before, _socket.Flushes);
        Assert.Same(session, Assert.Single(touched));
        session.Flush();
        session.Flush();

        Assert.Equal(20, (await _socket.NextAsync()).Length);
        Assert.Equal(before + 1, _socket.Flushes);
    }

    [Fact]
    public async Task Push_OfMoreThanOneWriteShouldHold_IsFlushedBeforeTheBatchEnds()
    {
        var session = await StartedAsync();
        var frame = Frames.Serialize(new Error("internal", new string('x', 3000), false));
        var touched = new List<SocketSession>();
        using (SocketSession.CollectFlushes(touched))
        {
            for (var i = 0; i < 30; i++)
            {
                session.Push(frame);
            }
        }

        Assert.True((await _socket.NextAsync()).Length < 30);
    }

    [Fact]
    public async Task AnswerPing_WhileTheOtherSideDoesNotRead_KeepsOnlyTheLast()
    {
        var session = await StartedAsync();
        _socket.Stall();
        session.Push(Typing(1));
        session.AnswerPing([1]);
        session.AnswerPing([2]);
        session.Push(Typing(2));

        _socket.Unstall();

        await _socket.NextAsync();
        await _socket.NextAsync();
        Assert.Equal([2], Assert.Single(_socket.Pongs));
    }

    [Fact]
    public async Task Push_WhenTheLineBreaks_GivesTheConnectionUp_AndEndsTheWriter()
    {
        var session = await StartedAsync();
        _socket.Stall();
        session.Push(Typing(1));

        _socket.Break();

        await session.WriterEnded;
        session.Push(Typing(2));
        Assert.True(session.IsClosing);
    }

    [Fact]
    public async Task Push_BeyondTheBound_DropsTheQueueAndTellsToResync_AndCountsAnew()
    {
        var session = await StartedAsync();
        _socket.Stall();
        for (var i = 1; i <= 200; i++)
        {
            session.Push(Typing(i));
        }

        session.Pong(7, 0, 0);
        _socket.Unstall();

        var frames = new List<ServerFrame>();
        while (!frames.OfType<Pong>().Any())
        {
            frames.AddRange(await _socket.NextAsync());
        }

        var afterResync = frames[(frames.FindLastIndex(frame => frame is Resync) + 1)..];
        Assert.Contains(frames, frame => frame is Resync);
        Assert.True(frames.Count < 200, $"{frames.Count} frames were kept");
        Assert.Equal(afterResync.OfType<Typing>().Count(), frames.OfType<Pong>().Single().Pushed);
    }

    [Fact]
    public async Task Close_DropsWhatIsQueued_AndSaysTheCode()
    {
        var session = await StartedAsync();
        _socket.Stall();
        session.Push(Typing(1));
        session.Push(Typing(2));

        session.Close(CloseCode.SessionRevoked);
        _socket.Unstall();

        Assert.Equal(CloseCode.SessionRevoked, await _socket.Closed.Task);
        Assert.True(session.IsClosing);
    }

    [Fact]
    public async Task Close_ForARestart_LetsTheClientHaveWhatIsQueued()
    {
        var session = await StartedAsync();
        _socket.Stall();
        session.Push(Typing(1));
        session.Push(Typing(2));

        session.Close(CloseCode.ServiceRestart);
        _socket.Unstall();

        Assert.Equal(CloseCode.ServiceRestart, await _socket.Closed.Task);
        var received = (await _socket.NextAsync()).ToList();
        if (received.Count < 2)
        {
            received.AddRange(await _socket.NextAsync());
        }

        Assert.Equal(2, received.Count);
    }

    [Fact]
    public async Task ReserveSend_WaitsForAnAnswerWhenTooManyAreUnderWay()
    {
        var session = await StartedAsync();
        await session.ReserveSendAsync();
        await session.ReserveSendAsync();

        var third = session.ReserveSendAsync().AsTask();
        Assert.False(third.IsCompleted);
        session.Settled(Guid.CreateVersion7(), SendOutcome.Refused(ErrorCode.NotFound));

        await third;
        var error = Assert.IsType<Error>((await _socket.NextAsync())[0]);
        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    [Fact]
    public async Task Settled_OfADurableSend_SendsItsAcknowledgement()
    {
        var session = await StartedAsync();
        await session.ReserveSendAsync();
        var id = Guid.CreateVersion7();
        var sent = new MessageSent(new ConversationId(5), id, 3, 4, 99);

        session.Settled(id, new SendOutcome(null, sent));

        Assert.Equal(new Ack(new ConversationId(5), id, 3, 4, 99), (await _socket.NextAsync())[0]);
    }

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose() => _socket.Dispose();

    private static Welcome Welcome { get; } = new(new SessionId(1), new UserId(1), 0, 0, 30);

    private static byte[] Typing(long conversation) =>
        Frames.Serialize(new Typing(new ConversationId(conversation), new UserId(1)));

    private SocketSession NewSession() =>
        new(_socket, new UserId(1), new SessionId(1), _options, new DeliveryMetrics(this));

    private async Task<SocketSession> StartedAsync()
    {
        var session = NewSession();
        session.Start(Frames.Serialize(Welcome));
        await _socket.NextAsync();
        return session;
    }
}
