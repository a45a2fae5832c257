using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Accounts;

/// <summary>A session's tokens, after registering, signing in or refreshing.</summary>
public sealed record SignedIn
{
    /// <summary>The session on this device.</summary>
    public required SessionId Session { get; init; }

    /// <summary>The signed-in person.</summary>
    public required Me Me { get; init; }

    /// <summary>Goes into <c>Authorization: Bearer</c> and into the socket's <c>hello</c>. Opaque.</summary>
    public required string AccessToken { get; init; }

    /// <summary>Seconds until the access token expires; 600 by default.</summary>
    public required int ExpiresInSeconds { get; init; }

    /// <summary>
    /// The token for the next refresh; every refresh gives a new one and uses up the old one.
    /// Null when it was put into a cookie.
    /// </summary>
    public string? RefreshToken { get; init; }
}
