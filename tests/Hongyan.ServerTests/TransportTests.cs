using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests;

/// <summary>The ways to the server: with and without TLS, HTTP/1.1 and HTTP/2, behind a proxy and not.</summary>
public sealed class TransportTests(Servers servers)
{
    private const string Subprotocol = "hongyan.v1";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task Socket_OverTls_OpensWithEachVersionOfHttp(int major, int minor)
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Tls:Enabled", "true")
        );
        using var handler = new SocketsHttpHandler();
        var authority = Path.Combine(server.DataDirectory, "tls", "hongyan-ca.crt");
        handler.SslOptions = TrustOf(authority);
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = new Version(major, minor);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol(Subprotocol);
        socket.Options.SetRequestHeader("Origin", server.Address.GetLeftPart(UriPartial.Authority));

        await socket.ConnectAsync(SocketOf(server.Address), invoker, Extensions.Token);

        Assert.Equal((WebSocketState.Open, Subprotocol), (socket.State, socket.SubProtocol));
    }

    [Fact]
    public async Task BehindAProxyThatEncrypts_TheBrowsersOriginIsOurs_AndTheCookieIsSecure()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Subprotocol);
        socket.Options.SetRequestHeader("Origin", "https://chat.example.org");
        socket.Options.SetRequestHeader("X-Forwarded-Proto", "https");
        socket.Options.SetRequestHeader("X-Forwarded-Host", "chat.example.org");
        socket.Options.SetRequestHeader("X-Forwarded-For", "203.0.113.7");

        await socket.ConnectAsync(SocketOf(server.Address), Extensions.Token);

        Assert.Equal(WebSocketState.Open, socket.State);
        using var http = new HttpClient();
        http.BaseAddress = server.Address;
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        var register = new RegisterRequest(
            $"proxied{Guid.NewGuid():N}"[..20],
            "Behind a proxy",
            "wild-goose-letters-9",
            new Device("test", DeviceKind.Web),
            UseCookie: true
        );
        using var answer = await http.PostAsJsonAsync(
            "/api/accounts",
            register,
            HongyanJson.Wire.RegisterRequest,
            Extensions.Token
        );
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Metrics_AreNotForCallersThatAProxyForwards()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var http = new HttpClient();
        http.BaseAddress = server.Address;
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        // The caller says it is this machine; the proxy adds where the call really came from.
        forwarded.Headers.Add("X-Forwarded-For", "127.0.0.1, 203.0.113.7");

        using var refused = await http.SendAsync(forwarded, Extensions.Token);
        using var own = await http.GetAsync("/metrics", Extensions.Token);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (refused.StatusCode, own.StatusCode));
    }

    private static Uri SocketOf(Uri server) =>
        new UriBuilder(server) { Scheme = server.Scheme == "https" ? "wss" : "ws", Path = "/ws" }.Uri;

    internal static SslClientAuthenticationOptions TrustOf(string authorityFile) =>
        new()
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(authorityFile) },
            },
        };
}
