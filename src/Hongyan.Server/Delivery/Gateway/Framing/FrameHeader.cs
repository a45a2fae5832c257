using System.Buffers;
using System.Buffers.Binary;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>The header of a client's frame (RFC 6455, 5.2).</summary>
internal readonly record struct FrameHeader(Opcode Opcode, bool IsFinal, long PayloadLength, uint MaskingKey, int Size)
{
    /// <summary>The most bytes a header has.</summary>
    public const int MaxSize = 14;

    /// <summary>The most bytes a control frame carries.</summary>
    public const int MaxControlPayload = 125;

    private const int Final = 0x80;
    private const int Reserved = 0x70;
    private const int Masked = 0x80;
    private const int Length16 = 126;
    private const int Length64 = 127;

    public bool IsControl => Opcode >= Opcode.Close;

    /// <summary>Reads a header.</summary>
    /// <param name="input">Where it begins.</param>
    /// <param name="header">The header, when it is whole and good.</param>
    /// <param name="error">The close code of what is wrong with it; 0 when nothing is.</param>
    /// <returns>False when there is no good header: it is not whole yet, or wrong.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> input, out FrameHeader header, out int error)
    {
        if (input.FirstSpan.Length >= MaxSize || input.IsSingleSegment)
        {
            return TryRead(input.FirstSpan, out header, out error);
        }

        Span<byte> copy = stackalloc byte[MaxSize];
        var start = input.Slice(0, Math.Min(input.Length, MaxSize));
        start.CopyTo(copy);
        return TryRead(copy[..(int)start.Length], out header, out error);
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header, out int error)
    {
        header = default;
        error = 0;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var opcode = (Opcode)(bytes[0] & 0x0F);
        var isFinal = (bytes[0] & Final) != 0;
        if ((bytes[0] & Reserved) != 0 || !IsKnown(opcode) || (opcode >= Opcode.Close && !isFinal))
        {
            error = CloseCode.ProtocolError;
            return false;
        }

        if (bytes.Length < 2)
        {
            return false;
        }

        var isMasked = (bytes[1] & Masked) != 0;
        var length = (long)(bytes[1] & ~Masked);
        if (!isMasked || (opcode >= Opcode.Close && length > MaxControlPayload))
        {
            error = CloseCode.ProtocolError;
            return false;
        }

        var size =
            2
            + length switch
            {
                Length16 => 2,
                Length64 => 8,
                _ => 0,
            }
            + sizeof(uint);
        if (bytes.Length < size)
        {
            return false;
        }

        if (length >= Length16)
        {
            var isShort = length == Length16;
            length = isShort
                ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])
                : BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);

            // The shortest form is a must, and the highest bit of the longest is zero.
            if (length < (isShort ? Length16 : ushort.MaxValue + 1))
            {
                error = CloseCode.ProtocolError;
                return false;
            }
        }

        var key = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(size - sizeof(uint))..]);
        header = new FrameHeader(opcode, isFinal, length, key, size);
        return true;
    }

    private static bool IsKnown(Opcode opcode) =>
        opcode is Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong;
}
