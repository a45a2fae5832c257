using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// A message as the append log holds it, read where it lies: little-endian conversation, number, count, sender, client
/// id (16 bytes, in the order of its text), time, payload hash, and the length of the body in bytes; then the body.
/// </summary>
internal readonly struct LogRow
{
    /// <summary>The bytes before the body.</summary>
    public const int FixedBytes = 68;

    private readonly byte[] _source;
    private readonly int _offset;

    private LogRow(byte[] source, int offset) => (_source, _offset) = (source, offset);

    public ConversationId Conversation => new(Int64(0));
    public long Seq => Int64(8);
    public long Pts => Int64(16);
    public UserId Sender => new(Int64(24));
    public Guid ClientId => new(ClientIdBytes, bigEndian: true);
    public ReadOnlySpan<byte> ClientIdBytes => Fixed.Slice(32, 16);
    public long SentAt => Int64(48);
    public long PayloadHash => Int64(56);
    public ReadOnlySpan<byte> Body => _source.AsSpan(_offset + FixedBytes, BodyLength);

    /// <summary>The bytes it takes.</summary>
    public int Size => FixedBytes + BodyLength;

    private int BodyLength => BinaryPrimitives.ReadInt32LittleEndian(Fixed[64..]);

    private ReadOnlySpan<byte> Fixed => _source.AsSpan(_offset, FixedBytes);

    /// <summary>The bytes a message takes.</summary>
    public static int SizeOf(LogWrite write) => FixedBytes + write.Message!.Body.Length;

    /// <summary>Writes a message.</summary>
    /// <returns>The bytes it took.</returns>
    public static int Encode(Span<byte> target, LogWrite write)
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
        message.Body.Span.CopyTo(target[FixedBytes..]);
        return SizeOf(write);
    }

    /// <summary>Finds the message that begins at <paramref name="offset"/>.</summary>
    /// <returns>False when none that ends before <paramref name="end"/> does.</returns>
    public static bool TryRead(byte[] source, int offset, int end, out LogRow row)
    {
        row = new LogRow(source, offset);
        return end - offset >= FixedBytes && (uint)row.BodyLength <= (uint)(end - offset - FixedBytes);
    }

    /// <summary>A copy that does not depend on the memory this one lies in.</summary>
    public LogWrite ToWrite() =>
        new()
        {
            Conversation = Conversation,
            Message = new MessageWrite(Seq, Pts, Sender, ClientId, SentAt, PayloadHash, Body.ToArray()),
        };

    public StoredSend ToStoredSend() => new(Conversation, Seq, Pts, SentAt, PayloadHash);

    private long Int64(int at) => BinaryPrimitives.ReadInt64LittleEndian(Fixed[at..]);
}
