namespace Hongyan.Contracts.Accounts;

/// <summary>Signs a device in.</summary>
/// <param name="Handle">The account's handle.</param>
/// <param name="Password">The account's password.</param>
/// <param name="Device">The device that signs in.</param>
/// <param name="UseCookie">Keep the refresh token in an HttpOnly cookie instead of returning it; for browsers.</param>
public sealed record SignInRequest(string Handle, string Password, Device Device, bool UseCookie = false);
