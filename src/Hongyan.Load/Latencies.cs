namespace Hongyan.Load;

/// <summary>Times from a send to its acknowledgement, from many threads.</summary>
internal sealed class Latencies
{
    private const int StepsPerMs = 20;
    private readonly long[] _counts = new long[StepsPerMs * 10_000];

    public void Add(TimeSpan time) =>
        Interlocked.Increment(
            ref _counts[Math.Clamp((int)(time.TotalMilliseconds * StepsPerMs), 0, _counts.Length - 1)]
        );

    /// <summary>The time in milliseconds that this share of all stayed under, to 0.05 ms.</summary>
    public double Percentile(double share)
    {
        var rank = (long)Math.Ceiling(_counts.Sum() * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return (i + 1) / (double)StepsPerMs;
            }
        }

        return double.NaN;
    }
}
