using System.Net;
using System.Net.WebSockets;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.BadInput;

/// <summary>Sockets that do not get as far as a welcome.</summary>
public sealed class HandshakeTests(Servers servers)
{
    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"t":"ping","id":1}""")]
    [InlineData("""{"t":"hello"}""")]
    [InlineData("""{"t":"hello","v":1}""")]
    [InlineData("""{"t":"hello","v":1,"token":null}""")]
    [InlineData("""{"t":"hello","v":2,"token":"x"}""")]
    [InlineData("""[{"t":"ping","id":1},{"t":"hello","v":1,"token":"x"}]""")]
    public async Task Hello_ThatIsNone_ClosesTheSocket(string text)
    {
        await using var socket = await OpenAsync();

        await socket.SayAsync(text);

        Assert.Equal(CloseCode.BadHello, await socket.CloseCodeAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a token with spaces")]
    public async Task Hello_WithATokenThatIsNone_ClosesTheSocket(string token)
    {
        await using var socket = await OpenAsync();

        await socket.SayAsync(RawSocket.Hello(token));

        Assert.Equal(CloseCode.Unauthenticated, await socket.CloseCodeAsync());
    }

    [Theory]
    [InlineData("hongyan.v1", "https://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("hongyan.v1", "null", HttpStatusCode.Forbidden)]
    [InlineData("another.v1", null, HttpStatusCode.Forbidden)]
    [InlineData(null, null, HttpStatusCode.Forbidden)]
    public async Task Handshake_FromAnotherSite_OrForAnotherProtocol_IsRefused(
        string? protocol,
        string? origin,
        HttpStatusCode status
    )
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (protocol is not null)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws" }.Uri, Extensions.Token)
        );

        Assert.Equal(status, socket.HttpStatusCode);
    }

    [Fact]
    public async Task Handshake_ThatIsNone_SaysWhatToUpgradeTo()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);

        var answer = await http.GetAsync("/ws");

        Assert.Equal((426, ErrorCode.InvalidRequest), (answer.Status, answer.Code));
        Assert.Equal("websocket", answer.Headers["Upgrade"]);
    }

    private async Task<RawSocket> OpenAsync() =>
        await RawSocket.OpenAsync((await servers.SharedAsync(Store.Sqlite)).Address);
}
