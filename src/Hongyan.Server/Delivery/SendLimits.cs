using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Keeps one person, and one of their sessions, from sending or asking so much that others feel it. Each process counts for
/// itself. A bucket is a single number, the time at which it will be full again (the generic cell rate algorithm, ITU-T
/// I.371), so that it costs nothing to have one for everybody.
/// </summary>
internal sealed class SendLimits(IOptions<LimitsOptions> options, TimeProvider time)
{
    private const int StripeCount = 64;
    private const int MinCleanup = 256;

    private readonly Rate _perSession = new(options.Value.SendPerSession, time.TimestampFrequency);
    private readonly Rate _perUser = new(options.Value.SendPerUser, time.TimestampFrequency);
    private readonly Rate _requests = new(options.Value.RequestPerSession, time.TimestampFrequency);
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];

    /// <summary>Counts a send of a person.</summary>
    /// <returns>0 when it may go on; otherwise after how many milliseconds to try again.</returns>
    public int Take(UserId user)
    {
        long session = 0;
        return Take(user, ref session, null);
    }

    /// <summary>Counts a send of a person's session.</summary>
    /// <param name="user">The person.</param>
    /// <param name="session">The session's bucket; 0 is a full one.</param>
    /// <returns>0 when it may go on; otherwise after how many milliseconds to try again.</returns>
    public int Take(UserId user, ref long session) => Take(user, ref session, _perSession);

    /// <summary>Counts something a session asks for, other than a send.</summary>
    /// <param name="session">The session's bucket; 0 is a full one.</param>
    /// <returns>For how many milliseconds to wait before it is done; mostly 0.</returns>
    public int TakeRequest(ref long session)
    {
        var now = time.GetTimestamp();
        var wait = _requests.WaitOf(session, now);
        session = _requests.Take(session, now);
        return wait > 0 ? ToMilliseconds(wait) : 0;
    }

    private int Take(UserId user, ref long session, Rate? perSession)
    {
        var now = time.GetTimestamp();
        var wait = perSession?.WaitOf(session, now) ?? 0;
        if (wait > 0)
        {
            return ToMilliseconds(wait);
        }

        var stripe = _stripes[(uint)user.GetHashCode() % StripeCount];
        lock (stripe)
        {
            stripe.FullAt.TryGetValue(user, out var fullAt);
            wait = _perUser.WaitOf(fullAt, now);
            if (wait > 0)
            {
                return ToMilliseconds(wait);
            }

            stripe.FullAt[user] = _perUser.Take(fullAt, now);
            stripe.CleanUp(now);
        }

        session = perSession?.Take(session, now) ?? session;
        return 0;
    }

    private int ToMilliseconds(long ticks) =>
        (int)Math.Clamp(Math.Ceiling(ticks * 1000.0 / time.TimestampFrequency), 1, int.MaxValue);

    private sealed class Rate(TokenBucket bucket, long frequency)
    {
        private readonly double _interval = frequency * 60.0 / bucket.PerMinute;

        private readonly double _size = frequency * 60.0 / bucket.PerMinute * bucket.Burst;

        /// <summary>How long until there is a token in the bucket; at most 0 when there is one.</summary>
        public long WaitOf(long fullAt, long now) =>
            (long)Math.Ceiling(Math.Max(fullAt, now) + _interval - _size - now);

        public long Take(long fullAt, long now) => (long)(Math.Max(fullAt, now) + _interval);
    }

    private sealed class Stripe
    {
        private int _nextCleanup = MinCleanup;

        /// <summary>Those whose bucket is not full.</summary>
        public Dictionary<UserId, long> FullAt { get; } = [];

        /// <summary>Forgets full buckets, each time there are twice as many as were left the last time.</summary>
        public void CleanUp(long now)
        {
            if (FullAt.Count < _nextCleanup)
            {
                return;
            }

            foreach (var (user, fullAt) in FullAt)
            {
                if (fullAt <= now)
                {
                    FullAt.Remove(user);
                }
            }

            _nextCleanup = Math.Max(MinCleanup, FullAt.Count * 2);
        }
    }
}
