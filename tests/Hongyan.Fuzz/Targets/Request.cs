using System.Buffers;
using Hongyan.Server.Delivery.Gateway;
using Microsoft.AspNetCore.Http;

namespace Hongyan.Fuzz.Targets;

/// <summary>
/// The parser of the handshake's request. What it takes has the one form that is expected, and is the same request to
/// Kestrel: there is no way to say one thing to this server and another to what stands before or behind it.
/// </summary>
internal static class Request
{
    public static string[] Words { get; } =
    [
        "GET /ws",
        " HTTP/1.1\r\n",
        "\r\n\r\n",
        "\r\n",
        "\n",
        "Host: a\r\n",
        "Origin: http://a\r\n",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: ",
        "Sec-WebSocket-Version: 13",
        "Content-Length: 0\r\n",
        "Transfer-Encoding: chunked\r\n",
        ":",
        ",",
        "\t",
        "%00",
    ];

    public static void Run(byte[] input)
    {
        var mayBegin = UpgradeRequest.MayBegin(input);
        if (UpgradeRequest.Parse(input) is not { } headers)
        {
            return;
        }

        Target.Check(mayBegin, "It was read, but not expected.");
        Target.Check(headers.Host.Count == 1 && headers.Origin.Count <= 1, "It has two hosts or two origins.");
        Target.Check(headers.SecWebSocketVersion == "13", "It is of another version.");
        Target.Check(headers.TransferEncoding.Count == 0 && headers.ContentLength is null or 0, "It has a body.");

        var kestrel = new KestrelRequest();
        var rest = new SequenceReader<byte>(new ReadOnlySequence<byte>(input));
        Target.Check(kestrel.TryParse(ref rest), "Kestrel does not take it.");
        Target.Check(
            kestrel.Target is SocketEndpoint.Path || kestrel.Target.StartsWith("/ws?", StringComparison.Ordinal),
            "Kestrel sees another path."
        );
        Target.Check(
            Lines(headers).SequenceEqual(Lines(kestrel.Headers), StringComparer.Ordinal),
            "Kestrel sees other headers."
        );
    }

    private static IEnumerable<string> Lines(IHeaderDictionary headers) =>
        headers
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => $"{header.Key.ToUpperInvariant()}: {string.Join('\n', header.Value.ToArray())}");
}
