namespace Hongyan.Contracts.Accounts;

/// <summary>Makes an account and signs the device in.</summary>
/// <param name="Handle">The unique name to be found by; compared without regard to case. See <see cref="Errors.ErrorCode.InvalidHandle"/>.</param>
/// <param name="Name">The display name, 1 to 64 characters.</param>
/// <param name="Password">8 to 256 characters, and hard to guess (zxcvbn score of at least 2 of 4).</param>
/// <param name="Device">The device that registers.</param>
/// <param name="UseCookie">Keep the refresh token in an HttpOnly cookie instead of returning it; for browsers.</param>
public sealed record RegisterRequest(
    string Handle,
    string Name,
    string Password,
    Device Device,
    bool UseCookie = false
);
