namespace Hongyan.Server.Accounts;

/// <summary>How long tokens live, from <c>Hongyan:Sessions</c>.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Hongyan:Sessions";

    /// <summary>How long an access token is good for.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a session lives that is not refreshed.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long after a refresh the token before it may still be used, by a client that lost the answer.</summary>
    public TimeSpan RetryWindow { get; set; } = TimeSpan.FromMinutes(1);

    public bool IsValid =>
        AccessTokenLifetime > TimeSpan.Zero && Lifetime > TimeSpan.Zero && RetryWindow >= TimeSpan.Zero;
}
