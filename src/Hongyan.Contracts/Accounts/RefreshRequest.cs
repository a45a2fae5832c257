namespace Hongyan.Contracts.Accounts;

/// <summary>Exchanges a refresh token for new tokens.</summary>
/// <param name="RefreshToken">The token, or null when it is in the cookie.</param>
public sealed record RefreshRequest(string? RefreshToken = null);
