using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <summary>
/// One signed-in socket, from its welcome to its close. What is pushed comes out of <see cref="Frames"/> in order;
/// requests and sends are tasks. It does not come back by itself: <see cref="HongyanClient"/> does.
/// </summary>
public sealed class HongyanConnection : IAsyncDisposable
{
    private const string Subprotocol = "hongyan.v1";
    private const int MaxFramesPerArray = 64;

    private readonly ClientWebSocket _socket;
    private readonly ConnectionOptions _options;
    private readonly Channel<ServerFrame> _frames;
    private readonly Channel<ClientFrame> _outgoing;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<ServerFrame>> _requests = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Ack>> _sends = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private int _lastId;
    private bool _isDisposed;
    private long _counted;

    private HongyanConnection(ClientWebSocket socket, ConnectionOptions options)
    {
        (_socket, _options) = (socket, options);
        _frames = Channel.CreateBounded<ServerFrame>(
            new BoundedChannelOptions(options.FrameCapacity) { SingleWriter = true }
        );
        _outgoing = Channel.CreateBounded<ClientFrame>(
            new BoundedChannelOptions(options.OutgoingCapacity) { SingleReader = true }
        );
    }

    /// <summary>What the server greeted with.</summary>
    public Welcome Welcome { get; private set; } = null!;

    /// <summary>
    /// What is pushed: <see cref="Pushed"/>, <see cref="Ack"/>, <see cref="PersonalPushed"/>, <see cref="Marks"/>,
    /// <see cref="Typing"/>, <see cref="Resync"/> and errors that answer nothing. Bounded: when nobody reads, the socket
    /// is not read either, and the server will in the end say resync. Completes when the connection ends.
    /// </summary>
    public ChannelReader<ServerFrame> Frames => _frames.Reader;

    /// <summary>Ends with the close code; 1006 when the line broke without one.</summary>
    public Task<int> Closed => _closed.Task;

    /// <summary>
    /// How many counted frames arrived since the welcome or the last resync; compare with <see cref="Pong.Pushed"/>.
    /// </summary>
    public long Counted => Interlocked.Read(ref _counted);

    /// <summary>Connects and says hello.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="accessToken">A good access token.</param>
    /// <param name="options">Sizes and trust; defaults when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HongyanException">The server could not be reached.</exception>
    /// <exception cref="ConnectionClosedException">The server closed instead of a welcome.</exception>
    public static async Task<HongyanConnection> ConnectAsync(
        Uri server,
        string accessToken,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new ConnectionOptions();
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Subprotocol);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        var address = new UriBuilder(new Uri(server, "ws")) { Scheme = server.Scheme == "https" ? "wss" : "ws" }.Uri;
        var connection = new HongyanConnection(socket, options);
        try
        {
            await socket.ConnectAsync(address, options.Invoker, cancellationToken);
            await connection.SendNowAsync(new Hello(1, accessToken), cancellationToken);
            await connection.WelcomeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException)
        {
            socket.Dispose();
            throw HongyanException.Lost(exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        connection._running = Task.WhenAll(
            Task.Run(connection.ReadAsync, CancellationToken.None),
            Task.Run(connection.WriteAsync, CancellationToken.None)
        );
        return connection;
    }

    /// <summary>Sends a message and waits until it is durable.</summary>
    /// <param name="conversation">Where to.</param>
    /// <param name="clientId">From <see cref="ServerClock.NewId"/>; the same one for a retry.</param>
    /// <param name="body">What it says.</param>
    /// <param name="cancellationToken">Ends the wait, not the send.</param>
    /// <exception cref="HongyanException">It was refused, or the line broke before the answer.</exception>
    public async Task<Ack> SendAsync(
        ConversationId conversation,
        Guid clientId,
        MessageBody body,
        CancellationToken cancellationToken = default
    )
    {
        var source = new TaskCompletionSource<Ack>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_sends.TryAdd(clientId, source))
        {
            throw new InvalidOperationException("A send with this client id is under way on this connection.");
        }

        try
        {
            await PostAsync(new Send(conversation, clientId, body), cancellationToken);
            return await source.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _sends.TryRemove(clientId, out _);
        }
    }

    /// <summary>Queues a frame that has no answer, such as <see cref="Mark"/> or <see cref="SetTyping"/>.</summary>
    /// <exception cref="HongyanException">The connection has ended.</exception>
    public async ValueTask PostAsync(ClientFrame frame, CancellationToken cancellationToken = default)
    {
        try
        {
            await _outgoing.Writer.WriteAsync(frame, cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw HongyanException.Lost(exception);
        }
    }

    /// <summary>Asks for personal changes.</summary>
    public async Task<PersonalDifference> ChangesAsync(
        long since,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) => (await AskAsync<Changes>(id => new GetChanges(id, since, limit), cancellationToken)).Result;

    /// <summary>Asks for a page of heads.</summary>
    public async Task<Page<ConversationHead>> HeadsAsync(
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) => (await AskAsync<Heads>(id => new GetHeads(id, after, limit), cancellationToken)).Result;

    /// <summary>Asks what has changed in a conversation.</summary>
    public async Task<ConversationDifference> DifferenceAsync(
        ConversationId conversation,
        long since,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        (await AskAsync<Difference>(id => new GetDifference(id, conversation, since, limit), cancellationToken)).Result;

    /// <summary>Asks for a page of messages.</summary>
    public async Task<HistoryPage> HistoryAsync(
        ConversationId conversation,
        long? before = null,
        long? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        (
            await AskAsync<History>(id => new GetHistory(id, conversation, before, after, limit), cancellationToken)
        ).Result;

    /// <summary>Asks for a sign of life. True when nothing counted was missed up to it.</summary>
    public async Task<(Pong Pong, bool IsInStep)> PingAsync(CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync<CountedPong>(id => new Ping(id), cancellationToken);
        return (answer.Pong, answer.Pong.Pushed == answer.Counted);
    }

    /// <summary>Closes the socket; the second time it only waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        var isFirst = !Interlocked.Exchange(ref _isDisposed, true);
        if (isFirst)
        {
            await _ended.CancelAsync();
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isFirst)
        {
            _socket.Dispose();
            _ended.Dispose();
        }
    }

    private async Task<T> AskAsync<T>(Func<int, ClientFrame> request, CancellationToken cancellationToken)
        where T : ServerFrame
    {
        var id = Interlocked.Increment(ref _lastId);
        var source = new TaskCompletionSource<ServerFrame>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[id] = source;
        try
        {
            await PostAsync(request(id), cancellationToken);
            return (T)await source.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _requests.TryRemove(id, out _);
        }
    }

    private async Task WelcomeAsync(CancellationToken cancellationToken)
    {
        var frames = await ReceiveAsync(cancellationToken);
        Welcome = frames[0] as Welcome ?? throw new ConnectionClosedException(CloseCode.BadHello);
        foreach (var frame in frames.Skip(1))
        {
            await DispatchAsync(frame, cancellationToken);
        }
    }

    private async Task ReadAsync()
    {
        var code = 1006;
        try
        {
            while (true)
            {
                foreach (var frame in await ReceiveAsync(_ended.Token))
                {
                    await DispatchAsync(frame, _ended.Token);
                }
            }
        }
        catch (ConnectionClosedException exception)
        {
            code = exception.CloseCode;
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The line broke, or this side has had enough.
        }
        finally
        {
            End(code);
        }
    }

    private async ValueTask DispatchAsync(ServerFrame frame, CancellationToken cancellationToken)
    {
        switch (frame)
        {
            case UnknownFrame:
                return;
            case Changes { Id: var id }:
                Answer(id, frame);
                return;
            case Heads { Id: var id }:
                Answer(id, frame);
                return;
            case Difference { Id: var id }:
                Answer(id, frame);
                return;
            case History { Id: var id }:
                Answer(id, frame);
                return;
            case Pong pong:
                Answer(pong.Id, new CountedPong(pong, Counted));
                return;
            case Error { Id: { } id } error:
                if (_requests.TryRemove(id, out var request))
                {
                    request.TrySetException(ToException(error));
                }

                return;
            case Error { ClientId: { } clientId } error when _sends.TryRemove(clientId, out var refused):
                refused.TrySetException(ToException(error));
                return;
            case Resync:
                Interlocked.Exchange(ref _counted, 0);
                FailWaiting(); // their answers may have been dropped
                break;
            case Ack ack:
                Interlocked.Increment(ref _counted);
                if (_sends.TryRemove(ack.ClientId, out var sent))
                {
                    sent.TrySetResult(ack);
                }

                break;
            case Pushed or PersonalPushed:
                Interlocked.Increment(ref _counted);
                break;
        }

        if (_options.KeepsFrames)
        {
            await _frames.Writer.WriteAsync(frame, cancellationToken);
        }

        _options.OnFrame?.Invoke(frame);
    }

    private void Answer(int id, ServerFrame frame)
    {
        if (_requests.TryRemove(id, out var source))
        {
            source.TrySetResult(frame);
        }
    }

    private async Task<ServerFrame[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(_options.ReceiveBuffer);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    throw new ConnectionClosedException((int?)_socket.CloseStatus ?? 1005);
                }

                length += received.Count;
                if (received.EndOfMessage)
                {
                    var message = buffer.AsSpan(0, length);
                    return _options.OnRaw?.Invoke(message) == true ? [] : Parse(message);
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ServerFrame[] Parse(ReadOnlySpan<byte> message) =>
        message[0] == '['
            ? JsonSerializer.Deserialize(message, ClientJson.Type<ServerFrame[]>())!
            : [JsonSerializer.Deserialize(message, ClientJson.Type<ServerFrame>())!];

    private async Task WriteAsync()
    {
        var frames = new List<ClientFrame>(MaxFramesPerArray);
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_ended.Token))
            {
                frames.Clear();
                while (frames.Count < MaxFramesPerArray && _outgoing.Reader.TryRead(out var frame))
                {
                    frames.Add(frame);
                }

                var bytes =
                    frames.Count == 1
                        ? JsonSerializer.SerializeToUtf8Bytes(frames[0], HongyanJson.Wire.ClientFrame)
                        : JsonSerializer.SerializeToUtf8Bytes(frames.ToArray(), HongyanJson.Wire.ClientFrameArray);
                await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, _ended.Token);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The reader ends the connection.
        }
        finally
        {
            _outgoing.Writer.TryComplete();
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await _socket
                    .CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", grace.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SendNowAsync(ClientFrame frame, CancellationToken cancellationToken) =>
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(frame, HongyanJson.Wire.ClientFrame),
            WebSocketMessageType.Text,
            true,
            cancellationToken
        );

    private void End(int code)
    {
        _closed.TrySetResult(code);
        _outgoing.Writer.TryComplete();
        _frames.Writer.TryComplete();
        FailWaiting();
    }

    private void FailWaiting()
    {
        foreach (var id in _requests.Keys)
        {
            if (_requests.TryRemove(id, out var request))
            {
                request.TrySetException(HongyanException.Lost());
            }
        }

        foreach (var id in _sends.Keys)
        {
            if (_sends.TryRemove(id, out var send))
            {
                send.TrySetException(HongyanException.Lost());
            }
        }
    }

    private static HongyanException ToException(Error error) =>
        new(
            error.Code,
            error.Message,
            error.Retryable,
            error.RetryAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : null
        );

    /// <summary>A pong, with what had been counted when it arrived.</summary>
    private sealed record CountedPong(Pong Pong, long Counted) : ServerFrame;
}
