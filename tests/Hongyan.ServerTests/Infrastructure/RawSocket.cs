using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>The socket without the SDK between: says any bytes, and shows each frame as it came.</summary>
internal sealed class RawSocket : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonElement> _frames = new();
    private bool _isClosed;

    private RawSocket() { }

    /// <summary>Opens a socket that has said nothing yet.</summary>
    public static async Task<RawSocket> OpenAsync(Uri server)
    {
        var raw = new RawSocket();
        raw._socket.Options.AddSubProtocol("hongyan.v1");
        raw._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await raw._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri, Token);
        return raw;
    }

    /// <summary>Opens a socket, says hello and waits for the welcome.</summary>
    public static async Task<RawSocket> OpenAsync(Uri server, string token)
    {
        var raw = await OpenAsync(server);
        await raw.SayAsync(Hello(token));
        await raw.UntilAsync("welcome");
        return raw;
    }

    public static string Hello(string token) => $$"""{"t":"hello","v":1,"token":"{{token}}"}""";

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SayAsync(byte[] bytes, WebSocketMessageType type) => _socket.SendAsync(bytes, type, true, Token);

    /// <summary>The next frame; null when the server has closed.</summary>
    public async Task<JsonElement?> NextAsync(string waitingFor = "a frame")
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (_frames.Count == 0)
        {
            if (_isClosed)
            {
                return null;
            }

            try
            {
                await ReceiveAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!Token.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited for {waitingFor}; the socket is {_socket.State}.");
            }
        }

        return _frames.Dequeue();
    }

    /// <summary>The next frame of a type; others before it are passed over.</summary>
    public async Task<JsonElement> UntilAsync(string type)
    {
        while (await NextAsync($"'{type}'") is { } frame)
        {
            if (frame.GetProperty("t").GetString() == type)
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"Waited for '{type}'; the server closed with {_socket.CloseStatus}.");
    }

    /// <summary>The code of the next error.</summary>
    public async Task<string?> ErrorAsync() => (await UntilAsync("error")).GetProperty("code").GetString();

    /// <summary>Says something and expects an error with this code, and the connection to live on.</summary>
    public async Task<JsonElement> RefusedAsync(string text, string code)
    {
        await SayAsync(text);
        var error = await UntilAsync("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        await IsAliveAsync();
        return error;
    }

    /// <summary>Asks for a sign of life.</summary>
    public async Task IsAliveAsync()
    {
        var id = Random.Shared.Next();
        await SayAsync($$"""{"t":"ping","id":{{id}}}""");
        while ((await UntilAsync("pong")).GetProperty("id").GetInt32() != id) { }
    }

    /// <summary>Waits for the server to close, and tells with what; frames before it are passed over.</summary>
    public async Task<int> CloseCodeAsync()
    {
        while (await NextAsync("a close") is not null) { }

        return (int?)_socket.CloseStatus ?? 1005;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                _isClosed = true;
                return;
            }

            message.Write(buffer, 0, received.Count);
        } while (!received.EndOfMessage);

        var root = JsonElement.Parse(message.ToArray());
        foreach (var frame in root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new[] { root })
        {
            _frames.Enqueue(frame);
        }
    }
}
