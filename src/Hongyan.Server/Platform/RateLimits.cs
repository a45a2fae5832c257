using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Platform;

/// <summary>Keeps people and programs from doing things too often. Each process counts for itself.</summary>
internal sealed class RateLimits(IOptions<LimitsOptions> options) : IDisposable
{
    public RateLimit<IPAddress> RegistrationPerAddress { get; } = new(options.Value.RegistrationPerAddress);
    public RateLimit<IPAddress> SignInPerAddress { get; } = new(options.Value.SignInPerAddress);
    public RateLimit<string> SignInPerHandle { get; } = new(options.Value.SignInPerHandle);
    public RateLimit<UserId> PasswordChangePerUser { get; } = new(options.Value.PasswordChangePerUser);
    public RateLimit<UserId> AvatarPerUser { get; } = new(options.Value.AvatarPerUser);
    public RateLimit<UserId> PersonSearchPerUser { get; } = new(options.Value.PersonSearchPerUser);
    public RateLimit<UserId> ContactRequestPerUser { get; } = new(options.Value.ContactRequestPerUser);
    public RateLimit<UserId> ChangePerUser { get; } = new(options.Value.ChangePerUser);
    public RateLimit<UserId> RequestPerUser { get; } = new(options.Value.RequestPerUser);

    /// <summary>
    /// What stands for the caller's address: of IPv6 the /64, because a single household has that many addresses.
    /// </summary>
    public static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    public void Dispose()
    {
        RegistrationPerAddress.Dispose();
        SignInPerAddress.Dispose();
        SignInPerHandle.Dispose();
        PasswordChangePerUser.Dispose();
        AvatarPerUser.Dispose();
        PersonSearchPerUser.Dispose();
        ContactRequestPerUser.Dispose();
        ChangePerUser.Dispose();
        RequestPerUser.Dispose();
    }
}

/// <summary>One limit, counted by key.</summary>
internal sealed class RateLimit<TKey>(TokenBucket bucket) : IDisposable
    where TKey : notnull
{
    private readonly PartitionedRateLimiter<TKey> _limiter = PartitionedRateLimiter.Create<TKey, TKey>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => bucket.ToOptions())
    );

    /// <summary>Counts one attempt.</summary>
    /// <returns>Null when it may go on; otherwise the answer, with how long to wait.</returns>
    public ProblemResult? Refuse(TKey key)
    {
        using var lease = _limiter.AttemptAcquire(key);
        if (lease.IsAcquired)
        {
            return null;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        return Problems.Of(ErrorCode.RateLimited, retryAfterMs: (int)Math.Ceiling(wait.TotalMilliseconds));
    }

    public void Dispose() => _limiter.Dispose();
}
