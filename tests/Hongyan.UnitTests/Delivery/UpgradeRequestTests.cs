using System.Text;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.UnitTests.Delivery;

public sealed class UpgradeRequestTests
{
    private const string Good =
        "GET /ws HTTP/1.1\r\nHost: example.org\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Protocol: hongyan.v1\r\n\r\n";

    [Fact]
    public void Parse_OfAGoodRequest_GivesItsHeaders()
    {
        var headers = Parse(Good)!;

        Assert.Equal("example.org", headers.Host);
        Assert.Equal("dGhlIHNhbXBsZSBub25jZQ==", headers.SecWebSocketKey);
    }

    [Fact]
    public void Parse_OfHeadersOnSeveralLines_PutsThemTogether() =>
        Assert.Equal(
            2,
            Parse(
                Good.Replace("\r\n\r\n", "\r\nsec-websocket-protocol: other\r\n\r\n", StringComparison.Ordinal)
            )!.SecWebSocketProtocol.Count
        );

    [Theory]
    [InlineData("GET /ws ", "GET /ws?from=app ")]
    [InlineData("keep-alive, Upgrade", "upgrade")]
    [InlineData("WebSocket", "websocket")]
    [InlineData("Host: ", "Host:\t")]
    public void Parse_OfWhatIsUsualToo_IsGood(string from, string to) => Assert.NotNull(Parse(Replace(from, to)));

    [Theory]
    [InlineData("GET ", "POST ")]
    [InlineData("GET /ws ", "GET /wsx ")]
    [InlineData("GET /ws ", "GET /ws/ ")]
    [InlineData("GET /ws ", "GET /ws  ")]
    [InlineData("GET /ws ", "GET /ws?a b ")]
    [InlineData("HTTP/1.1", "HTTP/1.0")]
    [InlineData("HTTP/1.1", "HTTP/2.0")]
    [InlineData("Host: example.org\r\n", "")]
    [InlineData("Host: example.org\r\n", "Host: a\r\nHost: b\r\n")]
    [InlineData("Host: example.org", "Host : example.org")]
    [InlineData("Host: example.org", "Host: example.org\r\n folded: value")]
    [InlineData("Host: example.org", "Host: example.org\r\nNo-Colon")]
    [InlineData("Host: example.org", "Host: ex\u0001ample")]
    [InlineData("Host: example.org", "Host: exämple")]
    [InlineData("Host: example.org\r\n", "Host: example.org\n")]
    [InlineData("Host: example.org", "Host: example.org\r\nOrigin: http://a\r\nOrigin: http://b")]
    [InlineData("Host: example.org", "Host: example.org\r\nContent-Length: 5")]
    [InlineData("Host: example.org", "Host: example.org\r\nTransfer-Encoding: chunked")]
    [InlineData("keep-alive, Upgrade", "keep-alive")]
    [InlineData("Upgrade: WebSocket", "Upgrade: h2c")]
    [InlineData("Version: 13", "Version: 8")]
    [InlineData("Version: 13", "Version: 013")]
    [InlineData("Version: 13\r\n", "Version: 13\r\nSec-WebSocket-Version: 13\r\n")]
    [InlineData("Sec-WebSocket-Version: 13\r\n", "")]
    [InlineData("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ=")]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=!")]
    [InlineData("\r\n\r\n", "\r\n")]
    public void Parse_OfAnythingElse_IsForOthersToJudge(string from, string to) =>
        Assert.Null(Parse(Replace(from, to)));

    [Fact]
    public void Parse_OfTooManyHeaders_IsForOthersToJudge()
    {
        var more = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: a\r\n"));
        Assert.Null(Parse(Replace("Host:", more + "Host:")));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("G", true)]
    [InlineData("GET /ws", true)]
    [InlineData("GET /ws ", true)]
    [InlineData("GET /ws?", true)]
    [InlineData("GET /wsx", false)]
    [InlineData("GET /api", false)]
    [InlineData("PRI * HTTP/2.0", false)]
    [InlineData("\u0016\u0003\u0001", false)]
    public void MayBegin_SaysWhetherToWaitForMore(string start, bool mayBegin) =>
        Assert.Equal(mayBegin, UpgradeRequest.MayBegin(Encoding.Latin1.GetBytes(start)));

    private static string Replace(string from, string to) => Good.Replace(from, to, StringComparison.Ordinal);

    private static Microsoft.AspNetCore.Http.IHeaderDictionary? Parse(string head) =>
        UpgradeRequest.Parse(Encoding.Latin1.GetBytes(head));
}
