using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;

namespace Hongyan.UnitTests.Client;

/// <summary>The server's end of a socket, after the hello.</summary>
internal sealed class ServerSocket : IAsyncDisposable
{
    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly Channel<ClientFrame> _incoming = Channel.CreateUnbounded<ClientFrame>();
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    private ServerSocket(WebSocket socket, Action abort) => (_socket, _abort) = (socket, abort);

    public Hello Hello { get; private set; } = null!;

    /// <summary>What the client said, in order; completes with the socket.</summary>
    public ChannelReader<ClientFrame> Incoming => _incoming.Reader;

    public Task Ended => _ended.Task;

    public static async Task<ServerSocket> OpenAsync(WebSocket webSocket, Action abort)
    {
        var socket = new ServerSocket(webSocket, abort);
        socket._running = Task.WhenAll(socket.ReadAsync(), socket.WriteAsync());
        socket.Hello = (Hello)await socket.Incoming.ReadAsync();
        return socket;
    }

    /// <summary>Waits for the next frame of a kind; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>()
        where T : ClientFrame
    {
        await foreach (var frame in Incoming.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (frame is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"The client went away; a {typeof(T).Name} was expected.");
    }

    /// <summary>Queues a frame.</summary>
    public void Send(ServerFrame frame) =>
        _outgoing.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(frame, HongyanJson.Wire.ServerFrame));

    /// <summary>Queues a text that need not be a frame.</summary>
    public void SendText(string text) => _outgoing.Writer.TryWrite(Encoding.UTF8.GetBytes(text));

    public void Welcome(long now = 0, long pts = 0, int pingSeconds = 1_000_000) =>
        Send(new Welcome(ScriptedServer.Session, ScriptedServer.Me, pts, now, pingSeconds));

    /// <summary>Sends what is queued, then closes with a code and waits for the client to do so too.</summary>
    public async Task CloseAsync(int code)
    {
        _outgoing.Writer.TryComplete();
        await Drained;
        await _socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);
        await Ended;
    }

    /// <summary>Breaks the line without a word.</summary>
    public void Abort() => _abort();

    public async ValueTask DisposeAsync()
    {
        _abort();
        await _running;
    }

    private Task Drained => _drained.Task;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new byte[256 * 1024];
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += received.Count;
                } while (!received.EndOfMessage);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                var message = buffer.AsSpan(0, length);
                ClientFrame[] frames =
                    message[0] == '['
                        ? JsonSerializer.Deserialize(message, HongyanJson.Wire.ClientFrameArray)!
                        : [JsonSerializer.Deserialize(message, HongyanJson.Wire.ClientFrame)!];
                foreach (var frame in frames)
                {
                    _incoming.Writer.TryWrite(frame);
                }
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The client has gone, or this side broke the line.
        }
        finally
        {
            _incoming.Writer.TryComplete();
            _outgoing.Writer.TryComplete();
            _ended.TrySetResult();
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync())
            {
                await _socket.SendAsync(message, WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // As above.
        }
        finally
        {
            _drained.TrySetResult();
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;
}
