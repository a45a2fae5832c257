using System.Globalization;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.WireSocket;
using static Hongyan.UnitTests.Delivery.Framing.ClientFrames;

namespace Hongyan.ServerTests.Sockets;

/// <summary>The opening handshake (RFC 6455, 4) on the wire, on both of what can carry the socket.</summary>
public sealed class OpeningTests(Servers servers)
{
    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Handshake_ThatIsGood_IsAnsweredAsTheRfcSays(Store store)
    {
        await using var wire = await ConnectAsync(store);

        await wire.SendAsync(Request());

        var head = await wire.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: hongyan.v1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: Upgrade\r\n", head, StringComparison.Ordinal);
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Handshake_ThatOffersCompression_IsOpenedWithoutIt(Store store)
    {
        await using var wire = await ConnectAsync(store);

        await wire.SendAsync(
            Request("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate")
        );

        var head = await wire.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Extensions", head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Handshake_InManyPieces_IsOpened(Store store)
    {
        await using var wire = await ConnectAsync(store);

        foreach (var character in Request("GET /ws", "GET /ws?from=here"))
        {
            await wire.SendAsync(character.ToString(CultureInfo.InvariantCulture));
        }

        Assert.StartsWith("HTTP/1.1 101 ", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Hello_RightBehindTheHandshake_IsHeard(Store store)
    {
        await using var wire = await ConnectAsync(store);

        await wire.SendAsync([.. System.Text.Encoding.ASCII.GetBytes(Request()), .. Text("{\"t\":\"what\"}")]);

        Assert.StartsWith("HTTP/1.1 101 ", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(CloseCode.BadHello, await wire.CloseCodeAsync());
    }

    public static TheoryData<Store, string, string, int> Wrong
    {
        get
        {
            (string From, string To, int Status)[] rows =
            [
                ("Version: 13", "Version: 8", 426),
                ("Version: 13", "Version: 14", 426),
                ("Sec-WebSocket-Version: 13\r\n", "", 426),
                ("Upgrade: websocket", "Upgrade: h2c", 426),
                ("Upgrade: websocket\r\n", "", 426),
                ("Connection: Upgrade", "Connection: keep-alive", 400),
                ("Connection: Upgrade\r\n", "", 400),
                ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400),
                ("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=", 400),
                ("Host: localhost\r\n", "", 400),
                ("Host: localhost", "Host: a\r\nHost: b", 400),
                ("Host: localhost", "Host : localhost", 400),
                ("HTTP/1.1", "HTTP/1.0", 400),
                ("GET", "PUT", 405),
                ("/ws", "/elsewhere", 404),
                ("hongyan.v1", "hongyan.v2", 403),
                ("Sec-WebSocket-Protocol: hongyan.v1\r\n", "", 403),
                ("Host: localhost", "Host: localhost\r\nOrigin: http://elsewhere", 403),
                ("Host: localhost", "Host: localhost\r\nOrigin: null", 403),
            ];
            var data = new TheoryData<Store, string, string, int>();
            foreach (var store in new[] { Store.Sqlite, Store.SqliteTls, Store.SqliteAspNet })
            {
                foreach (var (from, to, status) in rows)
                {
                    data.Add(store, from, to, status);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Wrong))]
    public async Task Handshake_ThatIsWrong_IsRefusedWithTheStatusForIt(Store store, string from, string to, int status)
    {
        await using var wire = await ConnectAsync(store);

        await wire.SendAsync(Request(from, to));

        var head = await wire.ReadHeadAsync();
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} "),
            head,
            StringComparison.Ordinal
        );
        if (status == 426 && from.Contains("Version", StringComparison.Ordinal))
        {
            Assert.Contains("\r\nSec-WebSocket-Version: 13\r\n", head, StringComparison.Ordinal);
        }
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Handshake_WithMoreThanItNeeds_IsOpened(Store store)
    {
        var server = await servers.SharedAsync(store);
        await using var wire = await WireSocket.ConnectAsync(server);

        await wire.SendAsync(
            Request("Connection: Upgrade", "Connection: keep-alive,upgrade")
                .Replace(
                    "Upgrade: websocket",
                    "Upgrade: WebSocket\r\nCookie: a=b\r\nX-Unknown: c",
                    StringComparison.Ordinal
                )
                .Replace("hongyan.v1", "other.v7, hongyan.v1", StringComparison.Ordinal)
                .Replace("localhost", server.Address.Authority, StringComparison.Ordinal)
                .Replace(
                    "\r\n\r\n",
                    $"\r\nOrigin: {server.Address.GetLeftPart(UriPartial.Authority)}\r\n\r\n",
                    StringComparison.Ordinal
                )
        );

        var head = await wire.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: hongyan.v1\r\n", head, StringComparison.Ordinal);
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Hello_LargerThanAStrangersMayBe_ClosesTheSocket(Store store)
    {
        var server = await servers.SharedAsync(store);
        await using var wire = await WireSocket.OpenAsync(server);
        await using var other = await WireSocket.OpenAsync(server);

        await wire.SendAsync(Text("{}".PadRight(Limits.HelloBytes + 1)));
        await other.SendAsync(Text("{}".PadRight(Limits.HelloBytes)));

        Assert.Equal(CloseCode.TooLarge, await wire.CloseCodeAsync());
        Assert.Equal(CloseCode.BadHello, await other.CloseCodeAsync());
    }

    [Fact]
    public async Task Handshake_ThatIsTooLong_IsRefused()
    {
        await using var wire = await ConnectAsync(Store.Sqlite);

        await wire.SendAsync(Request("\r\n\r\n", "\r\n"));
        for (var i = 0; i < 6; i++)
        {
            await wire.SendAsync($"X-Long-{i}: {new string('x', 7000)}\r\n");
        }

        Assert.StartsWith("HTTP/1.1 431 ", await wire.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /ws", "HTTP/1.1 408 ")]
    [InlineData("GET /ws HTTP/1.1\r\nHost: localhost\r\n", "HTTP/1.1 408 ")]
    public async Task Handshake_ThatDoesNotEndInTime_IsGivenUp(string start, string answer)
    {
        await using var server = await StartAsync(("Hongyan:Delivery:HandshakeTimeout", "00:00:00.1"));
        await using var wire = await WireSocket.ConnectAsync(server);

        await wire.SendAsync(start);

        Assert.StartsWith(answer, await wire.ReadHeadAsync(), StringComparison.Ordinal);
        await wire.EndedAsync();
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Socket_ThatSaysNoHelloInTime_IsClosed(Store store)
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(store),
            ("Hongyan:Delivery:HelloTimeout", "00:00:00.1")
        );
        await using var wire = await WireSocket.OpenAsync(server);

        Assert.Equal(CloseCode.TimedOut, await wire.CloseCodeAsync());
        await wire.SendAsync(Close(CloseCode.TimedOut));
        await wire.EndedAsync();
    }

    [Fact]
    public async Task Socket_AfterAnotherRequestOnTheConnection_IsOpenedToo()
    {
        await using var wire = await ConnectAsync(Store.Sqlite);

        await wire.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n" + Request());

        Assert.StartsWith("HTTP/1.1 200 ", await wire.ReadHeadAsync(), StringComparison.Ordinal);
        while (!(await wire.ReadHeadAsync()).Contains("HTTP/1.1 101 ", StringComparison.Ordinal)) { }
    }

    [Fact]
    public async Task Socket_OverTls_IsOurOwn()
    {
        await using var server = await StartAsync(("Hongyan:Tls:Enabled", "true"));
        await using var wire = await WireSocket.ConnectAsync(server);

        await wire.SendAsync(Request());

        // ASP.NET gives the date with every answer, our own framing gives none.
        var head = await wire.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nDate:", head, StringComparison.Ordinal);
        await wire.SendAsync([.. Ping("a"), .. Close(1000)]);
        Assert.Equal("a", (await wire.ReadAsync()).Text);
        Assert.Equal(1000, await wire.CloseCodeAsync());
        await wire.EndedAsync();
    }

    [Fact]
    public async Task Server_ThatStops_EndsConnectionsThatHaveSaidNothing()
    {
        var server = await StartAsync();
        await using var silent = await WireSocket.ConnectAsync(server);
        await using var begun = await WireSocket.ConnectAsync(server);
        await begun.SendAsync("GET /ws HTTP/1.1\r\n");
        await using var open = await WireSocket.OpenAsync(server);

        await server.DisposeAsync();

        await silent.EndedAsync();
        await begun.EndedAsync();
        await open.EndedAsync();
    }

    private async Task<WireSocket> ConnectAsync(Store store) =>
        await WireSocket.ConnectAsync(await servers.SharedAsync(store));

    private async Task<TestServer> StartAsync(params (string Key, string Value)[] settings) =>
        await TestServer.StartAsync(servers.NewFolder(), await servers.NewStoreAsync(Store.Sqlite), settings);
}
