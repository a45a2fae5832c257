using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>A frame as the server sent it.</summary>
internal sealed record WireFrame(int FirstByte, byte[] Payload)
{
    public int Opcode => FirstByte & 0x0F;
    public string Text => Encoding.UTF8.GetString(Payload);
    public int CloseCode => Payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(Payload);
}

/// <summary>The socket byte by byte: any handshake and any frames, good or bad.</summary>
internal sealed class WireSocket : IAsyncDisposable
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TcpClient _client = new() { NoDelay = true };
    private Stream _stream = Stream.Null;

    private WireSocket() { }

    /// <summary>A request for the socket, with one of its lines put in another's place.</summary>
    public static string Request(string from = "\n", string to = "\n") =>
        (
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\nSec-WebSocket-Protocol: hongyan.v1\r\n\r\n"
        ).Replace(from, to, StringComparison.Ordinal);

    /// <summary>Connects, and says nothing.</summary>
    public static async Task<WireSocket> ConnectAsync(TestServer server)
    {
        var wire = new WireSocket();
        await wire._client.ConnectAsync(server.Address.Host, server.Address.Port, Token);
        wire._stream = wire._client.GetStream();
        if (server.Authority is { } authority)
        {
            var tls = new SslStream(wire._stream);
            var options = TransportTests.TrustOf(authority);
            options.TargetHost = server.Address.Host;
            await tls.AuthenticateAsClientAsync(options, Token);
            wire._stream = tls;
        }

        return wire;
    }

    /// <summary>Connects and opens the socket.</summary>
    public static async Task<WireSocket> OpenAsync(TestServer server)
    {
        var wire = await ConnectAsync(server);
        await wire.SendAsync(Request());
        Assert.StartsWith("HTTP/1.1 101 ", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        return wire;
    }

    /// <summary>Opens the socket, says hello, and reads the welcome.</summary>
    public static async Task<WireSocket> OpenAsync(TestServer server, string token)
    {
        var wire = await OpenAsync(server);
        await wire.SendAsync(UnitTests.Delivery.Framing.ClientFrames.Text(RawSocket.Hello(token)));
        Assert.Contains("welcome", (await wire.ReadAsync()).Text, StringComparison.Ordinal);
        return wire;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _stream.WriteAsync(bytes, Token);

    /// <summary>No more will be sent; what comes can still be read.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The head of an HTTP answer.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(1))[0]);
        }

        return head.ToString();
    }

    /// <summary>The next frame, held to what a server may send: final, no reserved bits, not masked, shortest length.</summary>
    public async Task<WireFrame> ReadAsync()
    {
        var start = await ReadAsync(2);
        Assert.Contains(start[0], new byte[] { 0x81, 0x88, 0x8A });
        long length = start[1];
        Assert.True(length < 128, "A server does not mask.");
        var form = length;
        length = length switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            _ => length,
        };
        Assert.True(
            form switch
            {
                126 => length > 125,
                127 => length > ushort.MaxValue,
                _ => true,
            },
            "A length takes the shortest form."
        );
        return new WireFrame(start[0], await ReadAsync((int)length));
    }

    /// <summary>Waits for a close and the end of the connection after it; frames before are passed over.</summary>
    /// <returns>The close code.</returns>
    public async Task<int> CloseCodeAsync()
    {
        var frame = await ReadAsync();
        while (frame.Opcode != 8)
        {
            frame = await ReadAsync();
        }

        return frame.CloseCode;
    }

    /// <summary>Waits until the server has ended the connection.</summary>
    /// <returns>How many bytes came before.</returns>
    public async Task<int> EndedAsync()
    {
        var rest = 0;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        var buffer = new byte[1024];
        try
        {
            while (await _stream.ReadAsync(buffer, patience.Token) is > 0 and var count)
            {
                rest += count;
            }
        }
        catch (IOException)
        {
            // Reset, which is an end as well.
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _client.Dispose();
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }
}
