using System.Globalization;
using System.Net;
using System.Text;

namespace Hongyan.Load.Lean;

/// <summary>The opening handshake (RFC 6455, section 4) and the hello after it.</summary>
internal static class Upgrade
{
    // The key and the answer to it of the RFC's own example: nothing here depends on their being secret.
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private static readonly byte[] Answer = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8.ToArray();
    private static readonly byte[] Status = "HTTP/1.1 101 "u8.ToArray();
    private static readonly byte[] End = "\r\n\r\n"u8.ToArray();

    public static void Ask(LeanConnection connection, IPEndPoint server)
    {
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $"GET /ws HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\nSec-WebSocket-Protocol: hongyan.v1\r\n\r\n"
        );
        Encoding.ASCII.GetBytes(request, connection.Append(request.Length));
    }

    /// <summary>Takes the server's answer off the front and says hello; false when its end has not come yet.</summary>
    /// <exception cref="IOException">The server refused.</exception>
    public static bool TryFinish(LeanConnection connection, ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf(End);
        if (end < 0)
        {
            return false;
        }

        var head = bytes[..end];
        if (!head.StartsWith(Status) || head.IndexOf(Answer) < 0)
        {
            throw new IOException($"The server refused the socket:\n{Encoding.Latin1.GetString(bytes)}");
        }

        bytes = bytes[(end + End.Length)..];
        connection.State = ConnectionState.Greeting;
        ClientFrames.Append(
            connection,
            ClientFrames.Text,
            Encoding.UTF8.GetBytes($$"""{"t":"hello","v":1,"token":"{{connection.Token}}"}""")
        );
        return true;
    }
}
