using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// A frame of the append log: the messages of one commit. Little-endian: a 64-bit XXH3 hash of all that follows, seeded
/// with the frame's own place; the length of the payload in bytes and the number of messages, 32 bits each; then the
/// messages, one after the other.
/// </summary>
internal static class LogFrame
{
    public const int HeaderBytes = 16;

    /// <summary>What a frame may hold at most; a length above it is no frame.</summary>
    public const int MaxPayloadBytes = 256 * 1024 * 1024;

    private const int HashBytes = 8;
    private const int FixedMessageBytes = 68;

    /// <summary>The bytes a frame of these messages takes.</summary>
    public static int SizeOf(IReadOnlyList<LogWrite> writes)
    {
        var size = HeaderBytes;
        for (var i = 0; i < writes.Count; i++)
        {
            size = checked(size + FixedMessageBytes + writes[i].Message!.Body.Length);
        }

        return size;
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="target">Exactly as large as <see cref="SizeOf"/> says.</param>
    /// <param name="writes">Messages, each with nothing else.</param>
    /// <param name="position">Where the frame will stand.</param>
    public static void Encode(Span<byte> target, IReadOnlyList<LogWrite> writes, LogPosition position)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target[HashBytes..], target.Length - HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(target[(HashBytes + 4)..], writes.Count);
        var rest = target[HeaderBytes..];
        for (var i = 0; i < writes.Count; i++)
        {
            rest = rest[Encode(rest, writes[i])..];
        }

        Seal(target, position);
    }

    /// <summary>Puts the hash in its place, once all that follows it is written.</summary>
    public static void Seal(Span<byte> frame, LogPosition position) =>
        BinaryPrimitives.WriteUInt64LittleEndian(frame, Hash(frame[HashBytes..], position));

    /// <summary>Reads the header at the beginning of <paramref name="source"/>.</summary>
    /// <returns>The bytes of the whole frame; null when this can be no frame.</returns>
    public static int? Measure(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(source[HashBytes..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(source[(HashBytes + 4)..]);
        return length is > 0 and <= MaxPayloadBytes && count > 0 && count <= length / FixedMessageBytes
            ? HeaderBytes + length
            : null;
    }

    /// <summary>Reads a whole frame.</summary>
    /// <returns>Its messages; null when the bytes are not those that were written at this place.</returns>
    public static List<LogWrite>? Decode(ReadOnlySpan<byte> frame, LogPosition position)
    {
        if (
            Measure(frame) != frame.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(frame) != Hash(frame[HashBytes..], position)
        )
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(frame[(HashBytes + 4)..]);
        var writes = new List<LogWrite>(count);
        var rest = frame[HeaderBytes..];
        while (writes.Count < count && TryDecode(rest, out var write, out var size))
        {
            writes.Add(write);
            rest = rest[size..];
        }

        return writes.Count == count && rest.IsEmpty ? writes : null;
    }

    private static int Encode(Span<byte> target, LogWrite write)
    {
        var message = write.Message!;
        BinaryPrimitives.WriteInt64LittleEndian(target, write.Conversation.Value);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], message.Seq);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], message.Pts);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], message.Sender.Value);
        message.ClientId.TryWriteBytes(target[32..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(target[48..], message.SentAt);
        BinaryPrimitives.WriteInt64LittleEndian(target[56..], message.PayloadHash);
        BinaryPrimitives.WriteInt32LittleEndian(target[64..], message.Body.Length);
        message.Body.Span.CopyTo(target[FixedMessageBytes..]);
        return FixedMessageBytes + message.Body.Length;
    }

    private static bool TryDecode(ReadOnlySpan<byte> source, [NotNullWhen(true)] out LogWrite? write, out int size)
    {
        (write, size) = (null, FixedMessageBytes);
        if (source.Length < FixedMessageBytes)
        {
            return false;
        }

        var bodyLength = BinaryPrimitives.ReadInt32LittleEndian(source[64..]);
        if (bodyLength < 0 || bodyLength > source.Length - FixedMessageBytes)
        {
            return false;
        }

        size += bodyLength;
        write = new LogWrite
        {
            Conversation = new ConversationId(BinaryPrimitives.ReadInt64LittleEndian(source)),
            Message = new MessageWrite(
                BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
                new UserId(BinaryPrimitives.ReadInt64LittleEndian(source[24..])),
                new Guid(source.Slice(32, 16), bigEndian: true),
                BinaryPrimitives.ReadInt64LittleEndian(source[48..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[56..]),
                source.Slice(FixedMessageBytes, bodyLength).ToArray()
            ),
        };
        return true;
    }

    /// <summary>The place is part of the hash, so that a frame left over from elsewhere is not taken for one of here.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes, LogPosition position) =>
        XxHash3.HashToUInt64(bytes, (position.Segment << 32) ^ position.Offset);
}
