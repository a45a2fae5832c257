using System.Threading.RateLimiting;

namespace Hongyan.Server.Platform;

/// <summary>How often something may be done: a burst at once, and so many a minute in the long run.</summary>
internal sealed class TokenBucket
{
    private const int SecondsPerMinute = 60;

    public TokenBucket() { }

    public TokenBucket(int burst, int perMinute) => (Burst, PerMinute) = (burst, perMinute);

    /// <summary>How many at once.</summary>
    public int Burst { get; set; } = 1;

    /// <summary>How many a minute on average.</summary>
    public int PerMinute { get; set; } = 1;

    public bool IsValid => Burst > 0 && PerMinute > 0;

    public TokenBucketRateLimiterOptions ToOptions()
    {
        // One token at a time where that is slower than one a second, several a second where it is faster.
        var isSlow = PerMinute <= SecondsPerMinute;
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = isSlow ? 1 : PerMinute / SecondsPerMinute,
            ReplenishmentPeriod = TimeSpan.FromSeconds(isSlow ? (double)SecondsPerMinute / PerMinute : 1),
            QueueLimit = 0,
            AutoReplenishment = false,
        };
    }
}
