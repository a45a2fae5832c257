using System.Globalization;
using Hongyan.Contracts.Errors;

namespace Hongyan.ServerTests.Infrastructure;

internal static class RateLimitAssert
{
    /// <summary>That the answer says to wait, and for how long, in both ways.</summary>
    public static void IsRefused(HttpAnswer answer)
    {
        Assert.Equal((429, ErrorCode.RateLimited), (answer.Status, answer.Code));
        var seconds = int.Parse(answer.Headers["Retry-After"], CultureInfo.InvariantCulture);
        var milliseconds = answer.Json.GetProperty("retryAfterMs").GetInt32();
        Assert.InRange(seconds, 1, 60);
        Assert.Equal(seconds, (int)Math.Ceiling(milliseconds / 1000.0));
        Assert.True(answer.Json.GetProperty("retryable").GetBoolean());
    }
}
