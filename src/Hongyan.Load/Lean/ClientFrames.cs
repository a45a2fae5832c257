using System.Buffers.Binary;

namespace Hongyan.Load.Lean;

/// <summary>
/// Writes a client's WebSocket frames. They must be masked (RFC 6455, section 5.3); the key is 0, so that the payload
/// stays as it is and a prepared one can be copied.
/// </summary>
internal static class ClientFrames
{
    public const int Text = 1;
    public const int Pong = 10;

    private const int Final = 0x80;
    private const int Masked = 0x80;
    private const int MaskBytes = 4;

    public static int HeaderLength(int payload) => (payload < 126 ? 2 : 4) + MaskBytes;

    /// <summary>Adds a frame to what a connection has to send.</summary>
    public static void Append(LeanConnection connection, int opcode, ReadOnlySpan<byte> payload)
    {
        var frame = connection.Append(HeaderLength(payload.Length) + payload.Length);
        WriteHeader(frame, opcode, payload.Length);
        payload.CopyTo(frame[HeaderLength(payload.Length)..]);
    }

    public static void WriteHeader(Span<byte> frame, int opcode, int payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload, ushort.MaxValue);
        frame[..HeaderLength(payload)].Clear();
        frame[0] = (byte)(Final | opcode);
        if (payload < 126)
        {
            frame[1] = (byte)(Masked | payload);
        }
        else
        {
            frame[1] = Masked | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)payload);
        }
    }
}
