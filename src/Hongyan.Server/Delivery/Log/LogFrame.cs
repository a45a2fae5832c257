using System.Buffers.Binary;
using System.IO.Hashing;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// A frame of the append log: the messages of one commit. Little-endian: a 64-bit XXH3 hash of all that follows, seeded
/// with the frame's own place; the length of the payload in bytes and the number of messages, 32 bits each; then the
/// messages, each a <see cref="LogRow"/>, one after the other.
/// </summary>
internal static class LogFrame
{
    public const int HeaderBytes = 16;

    /// <summary>What a frame may hold at most; a length above it is no frame.</summary>
    public const int MaxPayloadBytes = 256 * 1024 * 1024;

    private const int HashBytes = 8;

    /// <summary>The bytes a frame of these messages takes.</summary>
    public static int SizeOf(IReadOnlyList<LogWrite> writes)
    {
        var size = HeaderBytes;
        for (var i = 0; i < writes.Count; i++)
        {
            size = checked(size + LogRow.SizeOf(writes[i]));
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
            rest = rest[LogRow.Encode(rest, writes[i])..];
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
        return length is > 0 and <= MaxPayloadBytes && count > 0 && count <= length / LogRow.FixedBytes
            ? HeaderBytes + length
            : null;
    }

    /// <summary>Reads a whole frame.</summary>
    /// <returns>Its messages; null when the bytes are not those that were written at this place.</returns>
    public static List<LogRow>? Decode(byte[] frame, LogPosition position)
    {
        if (
            Measure(frame) != frame.Length
            || BinaryPrimitives.ReadUInt64LittleEndian(frame) != Hash(frame.AsSpan(HashBytes), position)
        )
        {
            return null;
        }

        var count = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(HashBytes + 4));
        var rows = new List<LogRow>(count);
        var offset = HeaderBytes;
        while (rows.Count < count && LogRow.TryRead(frame, offset, frame.Length, out var row))
        {
            rows.Add(row);
            offset += row.Size;
        }

        return rows.Count == count && offset == frame.Length ? rows : null;
    }

    /// <summary>The place is part of the hash, so that a frame left over from elsewhere is not taken for one of here.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes, LogPosition position) =>
        XxHash3.HashToUInt64(bytes, (position.Segment << 32) ^ position.Offset);
}
