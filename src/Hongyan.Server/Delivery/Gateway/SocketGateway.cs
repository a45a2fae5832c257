using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Sync;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>The life of a socket: hello in time, signed in, frames in their order, and a close code that tells why.</summary>
internal sealed partial class SocketGateway(
    ISocketAuthentication authentication,
    FrameHandler handler,
    SessionHub hub,
    SyncReader sync,
    DeliveryOptions options,
    DeliveryMetrics metrics,
    TimeProvider time,
    ILogger<SocketGateway> logger
)
{
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    private int _handshakes;
    private volatile bool _isStopping;

    /// <summary>Serves a socket until it closes.</summary>
    public async Task RunAsync(IFrameSocket socket)
    {
        if (await GreetAsync(socket) is not { } greeting)
        {
            return;
        }

        var session = greeting.Session;
        try
        {
            hub.Add(session);
            await WelcomeAsync(session, greeting);
            await ReadAsync(socket, session);
        }
        catch (OperationCanceledException)
        {
            // Given up, or closed by this side.
        }
        catch (Exception exception)
        {
            LogSessionFailed(logger, exception, session.Session.Value);
            session.Close(CloseCode.Internal);
        }
        finally
        {
            hub.Remove(session);
            await session.EndAsync();
        }
    }

    /// <summary>Closes sockets that were silent for too long.</summary>
    public void CloseSilent()
    {
        var deadline = Environment.TickCount64 - (long)(options.PingInterval * 2).TotalMilliseconds;
        foreach (var session in hub.All)
        {
            if (session.LastHeard < deadline)
            {
                session.Close(CloseCode.TimedOut);
            }
        }
    }

    /// <summary>Lets the sockets take what is queued, tells them to come back later, and ends when they have closed.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        var sessions = hub.All.ToList();
        foreach (var session in sessions)
        {
            session.Close(CloseCode.ServiceRestart);
        }

        await Task.WhenAll(sessions.Select(session => session.WriterEnded))
            .WaitAsync(options.DrainTimeout * 2)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits for a valid hello; null when there is none, and the socket is closed.</summary>
    private async Task<Greeting?> GreetAsync(IFrameSocket socket)
    {
        try
        {
            if (Interlocked.Increment(ref _handshakes) > options.MaxHandshakes || _isStopping)
            {
                await CloseAsync(socket, CloseCode.ServiceRestart);
                return null;
            }

            using var timeout = new CancellationTokenSource();
            var receiving = ReceiveHelloAsync(socket);
            if (
                !receiving.IsCompleted
                && await Task.WhenAny(receiving, Task.Delay(options.HelloTimeout, time, timeout.Token)) != receiving
            )
            {
                await CloseAsync(socket, CloseCode.TimedOut, receiving);
                return null;
            }

            await timeout.CancelAsync();
            var message = await receiving;
            if (message.Kind == ReceivedKind.Closed)
            {
                await CloseAsync(socket, message.CloseCode);
                return null;
            }

            var frames = FrameReader.Split(message.Bytes.Span) ?? [];
            var identity = await IdentifyAsync(message.Bytes, frames, socket.Gone);
            if (identity.CloseCode is { } reason)
            {
                message.Dispose();
                await CloseAsync(socket, reason);
                return null;
            }

            socket.MaxMessageBytes = Limits.FrameBytes;
            var session = new SocketSession(socket, identity.User, identity.Session, options, metrics);
            return new Greeting(session, message, frames[1..]);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
            return null;
        }
        catch (Exception exception)
        {
            LogHelloFailed(logger, exception);
            await CloseAsync(socket, CloseCode.Internal);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    /// <summary>Receives the first message; pings before it are answered.</summary>
    private static async Task<ReceivedMessage> ReceiveHelloAsync(IFrameSocket socket)
    {
        while (true)
        {
            var message = await socket.ReceiveAsync();
            if (message.Kind != ReceivedKind.Ping)
            {
                return message;
            }

            using (message)
            {
                socket.WritePong(message.Bytes.Span);
                await socket.FlushAsync();
            }
        }
    }

    /// <summary>Says why a socket without a session closes, and waits a moment for the other side to close, too.</summary>
    private static async Task CloseAsync(IFrameSocket socket, int? code, Task<ReceivedMessage>? receiving = null)
    {
        if (code is not { } reason)
        {
            return;
        }

        await using var giveUp = new Timer(
            static socket => ((IFrameSocket)socket!).Abort(),
            socket,
            CloseGrace,
            Timeout.InfiniteTimeSpan
        );
        try
        {
            await socket.CloseAsync(reason);
            while (reason != CloseCode.Normal)
            {
                using var message = await (receiving ?? socket.ReceiveAsync().AsTask());
                receiving = null;
                if (message.Kind == ReceivedKind.Closed)
                {
                    reason = message.CloseCode is null ? CloseCode.Normal : message.CloseCode.Value;
                }
            }
        }
        catch (Exception)
        {
            // The other side is gone; there is nobody to tell.
            socket.Abort();
        }
    }

    private async Task WelcomeAsync(SocketSession session, Greeting greeting)
    {
        using var message = greeting.Message;
        if (_isStopping)
        {
            session.Close(CloseCode.ServiceRestart);
        }

        // Asked again, now that whoever ends the session finds this socket.
        if (!await authentication.IsSignedInAsync(session.Session, session.Gone))
        {
            session.Close(CloseCode.SessionRevoked);
        }

        var welcome = new Welcome(
            session.Session,
            session.User,
            await sync.PersonalPtsAsync(session.User, session.Gone),
            time.GetUtcNow().ToUnixTimeMilliseconds(),
            (int)options.PingInterval.TotalSeconds
        );
        session.Start(Frames.Serialize(welcome));
        await HandleAsync(session, message.Bytes, greeting.Rest, 0);
    }

    private async Task<SocketIdentity> IdentifyAsync(
        ReadOnlyMemory<byte> message,
        List<Range> frames,
        CancellationToken cancellationToken
    )
    {
        if (frames.Count == 0 || FrameReader.Read(message.Span[frames[0]], out _) is not Hello { V: 1 } hello)
        {
            return new SocketIdentity(default, default, CloseCode.BadHello);
        }

        return await authentication.AuthenticateAsync(hello.Token, cancellationToken);
    }

    private async Task ReadAsync(IFrameSocket socket, SocketSession session)
    {
        var errors = 0;
        while (true)
        {
            using var message = await socket.ReceiveAsync();
            switch (message.Kind)
            {
                case ReceivedKind.Ping:
                    session.AnswerPing(message.Bytes.Span);
                    break;
                case ReceivedKind.Text when !session.IsClosing:
                    session.LastHeard = Environment.TickCount64;
                    errors = await HandleAsync(session, message.Bytes, errors);
                    if (errors > options.MaxErrors)
                    {
                        session.Close(CloseCode.TooManyErrors);
                    }

                    break;
                case ReceivedKind.Closed when message.CloseCode is { } code:
                    // What follows a broken rule is passed over, until the other side has heard and closes, too.
                    session.Close(code);
                    if (code == CloseCode.Normal)
                    {
                        return;
                    }

                    break;
                case ReceivedKind.Closed:
                    return;
            }
        }
    }

    /// <returns>How many frames in a row were malformed.</returns>
    private async ValueTask<int> HandleAsync(SocketSession session, ReadOnlyMemory<byte> message, int errors)
    {
        if (SendReader.ReadOne(message.Span) is { } send)
        {
            await CarryOutAsync(session, send);
            return 0;
        }

        if (SendReader.ReadMany(message.Span) is { } sends)
        {
            foreach (var each in sends)
            {
                await CarryOutAsync(session, each);
            }

            return 0;
        }

        return await HandleAsync(session, message, FrameReader.Split(message.Span), errors);
    }

    private async ValueTask<int> HandleAsync(
        SocketSession session,
        ReadOnlyMemory<byte> message,
        List<Range>? frames,
        int errors
    )
    {
        if (frames is null)
        {
            session.Refuse(ErrorCode.InvalidRequest);
            return errors + 1;
        }

        foreach (var range in frames)
        {
            if (FrameReader.Read(message.Span[range], out var error) is { } frame)
            {
                errors = 0;
                await CarryOutAsync(session, frame);
            }
            else
            {
                session.Offer(Frames.Serialize(error!));
                errors++;
            }
        }

        return errors;
    }

    private async ValueTask CarryOutAsync(SocketSession session, ClientFrame frame)
    {
        if (session.IsClosing)
        {
            return;
        }

        try
        {
            await handler.HandleAsync(session, frame);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFrameFailed(logger, exception, session.Session.Value);
            session.Refuse(ErrorCode.Internal, FrameReader.IdOf(frame));
        }
    }

    /// <summary>A session that said hello, with what else its first message held.</summary>
    private sealed record Greeting(SocketSession Session, ReceivedMessage Message, List<Range> Rest);

    [LoggerMessage(LogLevel.Error, "A frame of session {SessionId} could not be carried out")]
    private static partial void LogFrameFailed(ILogger logger, Exception exception, long sessionId);

    [LoggerMessage(LogLevel.Error, "A hello could not be judged")]
    private static partial void LogHelloFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "Session {SessionId} failed")]
    private static partial void LogSessionFailed(ILogger logger, Exception exception, long sessionId);
}
