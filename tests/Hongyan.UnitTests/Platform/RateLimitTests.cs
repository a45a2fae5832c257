using System.Net;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class RateLimitTests
{
    [Fact]
    public void Refuse_AfterTheBurst_SaysHowLongToWait()
    {
        using var limit = new RateLimit<string>(new TokenBucket(burst: 2, perMinute: 1));
        Assert.Null(limit.Refuse("a"));
        Assert.Null(limit.Refuse("a"));

        var refused = limit.Refuse("a");

        Assert.Equal(ErrorCode.RateLimited, refused!.Value.Code);
        Assert.InRange(refused.Value.RetryAfterMs!.Value, 1, 60_000);
    }

    [Fact]
    public void Refuse_CountsEachKeyForItself()
    {
        using var limit = new RateLimit<string>(new TokenBucket(burst: 1, perMinute: 1));
        Assert.Null(limit.Refuse("a"));

        Assert.Null(limit.Refuse("b"));
        Assert.NotNull(limit.Refuse("a"));
    }

    [Theory]
    [InlineData(1, 1, 60)]
    [InlineData(2, 1, 30)]
    [InlineData(60, 1, 1)]
    [InlineData(6_000, 100, 1)]
    public void Bucket_FillsAtTheRateAskedFor(int perMinute, int tokens, int seconds)
    {
        var options = new TokenBucket(burst: 5, perMinute).ToOptions();

        Assert.Equal((tokens, seconds), (options.TokensPerPeriod, options.ReplenishmentPeriod.TotalSeconds));
    }

    [Fact]
    public void Defaults_AreValid() => Assert.True(new LimitsOptions().IsValid);

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("::1", "::")]
    public void Address_OfIPv6_IsItsNetwork(string address, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        Assert.Equal(IPAddress.Parse(expected), RateLimits.AddressOf(context));
    }
}
