using System.Buffers.Binary;

namespace Hongyan.Load.Lean;

/// <summary>Takes WebSocket frames (RFC 6455, section 5.2) off the front of what a server has sent.</summary>
internal static class ServerFrames
{
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;

    private const int Final = 0x80;
    private const int Masked = 0x80;

    /// <summary>Writes the header of a text frame.</summary>
    /// <returns>Its length.</returns>
    public static int WriteHeader(Span<byte> header, int payload)
    {
        header[0] = Final | Text;
        switch (payload)
        {
            case < 126:
                header[1] = (byte)payload;
                return 2;
            case <= ushort.MaxValue:
                header[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload);
                return 4;
            default:
                header[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(header[2..], payload);
                return 10;
        }
    }

    /// <summary>Takes one whole frame; false when its end has not come yet.</summary>
    /// <exception cref="IOException">A fragment, or a frame that breaks the protocol.</exception>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out int opcode, out ReadOnlySpan<byte> payload)
    {
        opcode = 0;
        payload = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        if ((bytes[0] & 0xF0) != Final || (bytes[1] & Masked) != 0)
        {
            throw new IOException($"The server sent a fragment or a malformed frame ({bytes[0]:x2} {bytes[1]:x2}).");
        }

        var header = 2;
        long length = bytes[1];
        if (length == 126)
        {
            header = 4;
            length = bytes.Length < header ? long.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            length = bytes.Length < header ? long.MaxValue : BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        }

        if (bytes.Length - header < length)
        {
            return false;
        }

        opcode = bytes[0] & 0x0F;
        payload = bytes.Slice(header, (int)length);
        bytes = bytes[(header + (int)length)..];
        return true;
    }
}
