using System.Buffers.Binary;
using System.Text;

namespace Hongyan.UnitTests.Delivery.Framing;

/// <summary>Frames as a client sends them, good and bad, byte by byte.</summary>
internal static class ClientFrames
{
    public const int Continuation = 0;
    public const int TextOpcode = 1;
    public const int BinaryOpcode = 2;
    public const int CloseOpcode = 8;
    public const int PingOpcode = 9;
    public const int PongOpcode = 10;

    private static readonly byte[] Key = [0x37, 0xFA, 0x21, 0x3D];

    public static byte[] Text(string text) => Make(TextOpcode, Encoding.UTF8.GetBytes(text));

    public static byte[] Ping(string text) => Make(PingOpcode, Encoding.UTF8.GetBytes(text));

    public static byte[] Close(int code, string reason = "") => Make(CloseOpcode, ClosePayload(code, reason));

    public static byte[] ClosePayload(int code, string reason = "")
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return payload;
    }

    /// <summary>A frame.</summary>
    /// <param name="opcode">What it is.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="isFinal">Whether the message ends with it.</param>
    /// <param name="reserved">The three reserved bits.</param>
    /// <param name="isMasked">Whether it is masked.</param>
    /// <param name="lengthBytes">How many bytes give the length, beside the 7 bits; the fewest when null.</param>
    public static byte[] Make(
        int opcode,
        ReadOnlySpan<byte> payload,
        bool isFinal = true,
        int reserved = 0,
        bool isMasked = true,
        int? lengthBytes = null
    )
    {
        var extra =
            lengthBytes
            ?? payload.Length switch
            {
                < 126 => 0,
                <= ushort.MaxValue => 2,
                _ => 8,
            };
        var frame = new List<byte>
        {
            (byte)((isFinal ? 0x80 : 0) | (reserved << 4) | opcode),
            (byte)(
                (isMasked ? 0x80 : 0)
                | extra switch
                {
                    0 => payload.Length,
                    2 => 126,
                    _ => 127,
                }
            ),
        };
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        frame.AddRange(length[^extra..]);
        if (isMasked)
        {
            frame.AddRange(Key);
        }

        for (var i = 0; i < payload.Length; i++)
        {
            frame.Add((byte)(payload[i] ^ (isMasked ? Key[i % 4] : 0)));
        }

        return [.. frame];
    }

    /// <summary>Only the header of a frame, with any length.</summary>
    public static byte[] Header(int opcode, long length)
    {
        var header = new byte[14];
        header[0] = (byte)(0x80 | opcode);
        header[1] = 0x80 | 127;
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), length);
        Key.CopyTo(header, 10);
        return header;
    }
}
