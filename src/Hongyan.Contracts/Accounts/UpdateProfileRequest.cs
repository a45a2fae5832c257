namespace Hongyan.Contracts.Accounts;

/// <summary>Changes one's profile; a null field stays as it is.</summary>
/// <param name="Name">The display name, 1 to 64 characters.</param>
/// <param name="Region">At most 64 characters.</param>
/// <param name="Signature">At most 120 characters.</param>
public sealed record UpdateProfileRequest(string? Name = null, string? Region = null, string? Signature = null);
