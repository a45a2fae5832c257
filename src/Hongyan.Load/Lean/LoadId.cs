using System.Buffers.Text;

namespace Hongyan.Load.Lean;

/// <summary>
/// A client id of a load loop: a UUIDv7 (RFC 9562, section 5.7) whose random bits are the run, the loop, and a counter,
/// so that an id that comes back tells which send it was. Text form: <c>tttttttt-tttt-7rrr-8lll-cccccccccccc</c>.
/// </summary>
internal readonly record struct LoadId(int Run, int Loop, long Counter)
{
    public const int TextLength = 36;
    private const int TimeTail = 9;
    private const int RunAt = 15;
    private const int LoopAt = 20;
    private const int CounterAt = 24;

    /// <summary>Writes what stays the same in all ids of a loop.</summary>
    public void WriteFrame(Span<byte> at)
    {
        "00000000-0000-7000-8000-000000000000"u8.CopyTo(at);
        Hex.Write(at.Slice(RunAt, 3), (ulong)Run);
        Hex.Write(at.Slice(LoopAt, 3), (ulong)Loop);
    }

    /// <summary>Writes what differs from one id to the next.</summary>
    public static void WriteNext(Span<byte> at, long unixMs, long counter)
    {
        Hex.Write(at[..8], (ulong)unixMs >> 16);
        Hex.Write(at.Slice(TimeTail, 4), (ulong)unixMs);
        Hex.Write(at.Slice(CounterAt, 12), (ulong)counter);
    }

    /// <summary>Reads one; false when it is no id of a load loop.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out LoadId id)
    {
        id = default;
        if (
            text.Length != TextLength
            || text[14] != '7'
            || text[19] != '8'
            || !Hex.TryRead(text.Slice(RunAt, 3), out var run)
            || !Hex.TryRead(text.Slice(LoopAt, 3), out var loop)
            || !Hex.TryRead(text.Slice(CounterAt, 12), out var counter)
        )
        {
            return false;
        }

        id = new LoadId((int)run, (int)loop, (long)counter);
        return true;
    }

    /// <summary>The id made at a time.</summary>
    public Guid At(long unixMs)
    {
        Span<byte> text = stackalloc byte[TextLength];
        WriteFrame(text);
        WriteNext(text, unixMs, Counter);
        return Utf8Parser.TryParse(text, out Guid id, out _) ? id : throw new InvalidOperationException("Not a UUID.");
    }
}
