using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hongyan.Server.Platform;

/// <summary>
/// Makes 64-bit ids in the order of time: 41 bits of milliseconds since 2025 (enough until 2094), 10 bits drawn at
/// start, 12 bits of counter. Always positive, never repeated by this process, not even when the clock is set back:
/// then it goes on from the latest time it has used. The drawn bits keep two processes apart, and a unique key refuses
/// what they do not.
/// </summary>
internal sealed class IdGenerator(TimeProvider time)
{
    private const int CounterBits = 12;
    private const int NodeBits = 10;
    private const long CounterMask = (1L << CounterBits) - 1;
    private static readonly long Epoch = new DateTimeOffset(
        2025,
        1,
        1,
        0,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    private readonly long _node = (long)RandomNumberGenerator.GetInt32(1 << NodeBits) << CounterBits;

    /// <summary>Milliseconds since the epoch and counter of the last id, as one number.</summary>
    private long _last;

    /// <summary>
    /// An id that nobody can guess from others, or from when it was made: 63 bits drawn at random. For what strangers may
    /// ask for by its id.
    /// </summary>
    public static long Draw()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return Math.Max(1, BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue);
    }

    /// <summary>The next id, for whatever kind of thing; higher than all this process has made.</summary>
    public long Next()
    {
        var now = (time.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << CounterBits;
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return ((next & ~CounterMask) << NodeBits) | _node | (next & CounterMask);
            }
        }
    }
}
