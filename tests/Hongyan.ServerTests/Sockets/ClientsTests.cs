using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Sockets;

/// <summary>
/// Clients that share no code with the server: npm's ws and .NET's ClientWebSocket here, the browser in the E2E tests.
/// </summary>
public sealed class ClientsTests(Servers servers)
{
    [Theory, CombinatorialStores(Both = BothOf.Sockets)]
    public async Task NpmWs_TalksToTheServer(Store store)
    {
        var server = await servers.SharedAsync(store);
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Sockets", "ws-client.mjs"));
        start.ArgumentList.Add(WebFolder());
        start.ArgumentList.Add(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws" }.Uri.ToString());
        start.ArgumentList.Add(await people[0].Api.AccessTokenAsync(cancellationToken: Token));
        start.ArgumentList.Add(chat.ToString());

        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(Token);
        var output = await node.StandardOutput.ReadToEndAsync(Token);
        await node.WaitForExitAsync(Token);

        Assert.True(node.ExitCode == 0, await errors);
        var result = JsonElement.Parse(output);
        Assert.Equal("hongyan.v1", result.GetProperty("protocol").GetString());
        Assert.Equal("", result.GetProperty("extensions").GetString());
        Assert.Equal(people[0].Id.ToString(), result.GetProperty("user").GetString());
        Assert.Equal("wild goose", result.GetProperty("echoed").GetString());
        Assert.InRange(result.GetProperty("largest").GetInt32(), 65_536, int.MaxValue);
        Assert.Equal(
            [2, 3, 4, 5, 6, 7, 8, 9],
            result.GetProperty("seqs").EnumerateArray().Select(seq => seq.GetInt32())
        );
        Assert.Equal(1000, result.GetProperty("code").GetInt32());
        Assert.Equal(CloseCode.BadHello, result.GetProperty("badHello").GetInt32());
        Assert.Equal(CloseCode.TooLarge, result.GetProperty("tooLarge").GetInt32());
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task ClientWebSocket_TalksToTheServer(Store store)
    {
        var server = await servers.SharedAsync(store);
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        using var socket = await ConnectAsync(server);
        await SayAsync(socket, RawSocket.Hello(await people[0].Api.AccessTokenAsync(cancellationToken: Token)));
        await UntilAsync(socket, "welcome");

        // In fragments, in one of the largest size, and an answer of more than 64 KiB.
        var send = Encoding.UTF8.GetBytes(
            $$"""{"t":"send","conversation":"{{chat}}","clientId":"{{Guid.CreateVersion7()}}","body":{"kind":"text","text":"鸿雁 🪿"} }"""
        );
        for (var i = 0; i < send.Length; i += 50)
        {
            var fragment = send.AsMemory(i, Math.Min(50, send.Length - i));
            await socket.SendAsync(fragment, WebSocketMessageType.Text, i + 50 >= send.Length, Token);
        }

        await UntilAsync(socket, "ack");
        await SayAsync(socket, """{"t":"ping","id":3}""".PadRight(Limits.FrameBytes));
        await UntilAsync(socket, "pong");
        for (var i = 0; i < 8; i++)
        {
            await people[1].SendAsync(chat, new string('雁', 9_000));
        }

        await SayAsync(socket, $$"""{"t":"history","id":4,"conversation":"{{chat}}"}""");
        var history = await UntilAsync(socket, "history");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Token);

        Assert.InRange(history.Length, 65_536, int.MaxValue);
        Assert.Contains("鸿雁", history, StringComparison.Ordinal);
        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (socket.State, socket.CloseStatus));
        using var stranger = await ConnectAsync(server);
        await SayAsync(stranger, "{}");
        await Assert.ThrowsAsync<InvalidOperationException>(() => UntilAsync(stranger, "welcome"));
        Assert.Equal(CloseCode.BadHello, (int?)stranger.CloseStatus);
    }

    private static async Task<ClientWebSocket> ConnectAsync(TestServer server)
    {
        using var handler = new SocketsHttpHandler();
        if (server.Authority is { } authority)
        {
            handler.SslOptions = TransportTests.TrustOf(authority);
        }

        using var invoker = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("hongyan.v1");

        // Pings as often as can be, each of which wants its answer.
        socket.Options.KeepAliveInterval = TimeSpan.FromMilliseconds(1);
        socket.Options.KeepAliveTimeout = TimeSpan.FromMinutes(1);
        var scheme = server.Authority is null ? "ws" : "wss";
        await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = scheme, Path = "/ws" }.Uri, invoker, Token);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Token);

    /// <summary>The next message that holds a frame of a type; others before it are passed over.</summary>
    private static async Task<string> UntilAsync(ClientWebSocket socket, string type)
    {
        var buffer = new byte[512 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(length), Token);
                length += received.Count;
            } while (!received.EndOfMessage);

            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new InvalidOperationException($"Waited for '{type}'; the server closed.");
            }

            var text = Encoding.UTF8.GetString(buffer.AsSpan(0, length));
            if (text.Contains($"\"t\":\"{type}\"", StringComparison.Ordinal))
            {
                return text;
            }
        }
    }

    /// <summary>Where the packages are that <c>./test</c> installs for the web client.</summary>
    private static string WebFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hongyan.slnx")))
            {
                return Path.Combine(folder.FullName, "web");
            }
        }

        throw new InvalidOperationException("These tests run from a checkout.");
    }
}
