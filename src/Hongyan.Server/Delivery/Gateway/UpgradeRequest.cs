using System.Buffers;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// Reads the head of an HTTP/1.1 request that asks for the socket (RFC 6455, 4.1; RFC 9112). Strict: whatever is unusual
/// about a request, it is not one of these, and ASP.NET judges it.
/// </summary>
internal static class UpgradeRequest
{
    private const int MaxHeaders = 100;
    private const int KeyBytes = 16;

    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes($"GET {SocketEndpoint.Path}");
    private static readonly byte[] Version = " HTTP/1.1"u8.ToArray();

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8
    );

    private static readonly SearchValues<byte> ValueBytes = SearchValues.Create([
        (byte)'\t',
        .. Enumerable.Range(' ', '~' - ' ' + 1).Select(value => (byte)value),
    ]);

    private static readonly SearchValues<byte> TargetBytes = SearchValues.Create([
        .. Enumerable.Range('!', '~' - '!' + 1).Select(value => (byte)value),
    ]);

    /// <summary>Whether what has come so far can be, or become, a request for the socket.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> start) =>
        start.Length <= Prefix.Length
            ? Prefix.AsSpan().StartsWith(start)
            : start.StartsWith(Prefix) && start[Prefix.Length] is (byte)' ' or (byte)'?';

    /// <summary>Reads a head, up to and with its empty line.</summary>
    /// <returns>Its headers; null when it does not ask for the socket, or not in the one way that is expected.</returns>
    public static IHeaderDictionary? Parse(ReadOnlySpan<byte> head)
    {
        if (!TryTakeLine(ref head, out var line) || !IsRequestLine(line))
        {
            return null;
        }

        var headers = new HeaderDictionary();
        var count = 0;
        while (TryTakeLine(ref head, out line))
        {
            if (line.IsEmpty)
            {
                return IsUpgrade(headers) ? headers : null;
            }

            if (++count > MaxHeaders || !TryAdd(headers, line))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Whether a comma-separated list holds a token.</summary>
    public static bool HasToken(StringValues list, string token, StringComparison comparison)
    {
        foreach (var line in list)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (line.AsSpan(range).Trim(" \t").Equals(token, comparison))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether it is a key as RFC 6455, 4.1, asks for: 16 bytes in base64.</summary>
    public static bool IsKey(StringValues key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        return key.Count == 1
            && key[0] is { Length: 24 } text
            && Convert.TryFromBase64String(text, bytes, out var written)
            && written == KeyBytes;
    }

    private static bool IsUpgrade(IHeaderDictionary headers) =>
        headers.Host is [{ Length: > 0 }]
        && headers.Origin.Count <= 1
        && headers.ContentLength is null or 0
        && headers.TransferEncoding.Count == 0
        && HasToken(headers.Connection, "upgrade", StringComparison.OrdinalIgnoreCase)
        && HasToken(headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        && headers.SecWebSocketVersion is ["13"]
        && IsKey(headers.SecWebSocketKey);

    private static bool IsRequestLine(ReadOnlySpan<byte> line)
    {
        if (!MayBegin(line) || !line.EndsWith(Version))
        {
            return false;
        }

        var target = line[4..^Version.Length];
        return !target.ContainsAnyExcept(TargetBytes) && MayBegin(line) && !target.Contains((byte)'#');
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> head, out ReadOnlySpan<byte> line)
    {
        var end = head.IndexOf("\r\n"u8);
        line = end < 0 ? default : head[..end];
        head = end < 0 ? head : head[(end + 2)..];
        return end >= 0;
    }

    private static bool TryAdd(IHeaderDictionary headers, ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        var name = line[..colon];
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (name.ContainsAnyExcept(NameBytes) || value.ContainsAnyExcept(ValueBytes))
        {
            return false;
        }

        headers.Append(Encoding.ASCII.GetString(name), Encoding.ASCII.GetString(value));
        return true;
    }
}
