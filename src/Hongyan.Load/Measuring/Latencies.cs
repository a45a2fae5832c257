using System.Diagnostics;
using System.Numerics;

namespace Hongyan.Load.Measuring;

/// <summary>
/// Times, counted in steps of at most 1.6 % of themselves (64 to each doubling) from a microsecond up. One thread adds.
/// </summary>
internal sealed class Latencies
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[Steps * 40];

    public long Count { get; private set; }

    /// <summary>Adds a time in ticks of <see cref="Stopwatch"/>.</summary>
    public void Add(long ticks) => AddMicroseconds(ticks * 1_000_000 / Stopwatch.Frequency);

    public void AddMicroseconds(long microseconds)
    {
        _counts[Math.Min(IndexOf(Math.Max(0, microseconds)), _counts.Length - 1)]++;
        Count++;
    }

    /// <summary>Adds what another thread has counted.</summary>
    public void Add(Latencies other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The time in milliseconds that this share of all stayed within; NaN when there are none.</summary>
    public double Percentile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(Count * share));
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return UpperBound(i) / 1000.0;
            }
        }

        return double.NaN;
    }

    /// <summary>The first 64 steps are a microsecond wide, the next 64 two, then four, and so on.</summary>
    private static int IndexOf(long microseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)microseconds | 1) - StepBits);
        return (shift * Steps) + (int)(microseconds >> shift);
    }

    private static long UpperBound(int index)
    {
        var shift = Math.Max(0, (index / Steps) - 1);
        return ((index - (shift * Steps) + 1L) << shift) - 1;
    }
}
