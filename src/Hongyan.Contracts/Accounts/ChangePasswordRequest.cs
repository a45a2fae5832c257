namespace Hongyan.Contracts.Accounts;

/// <summary>Changes the password and ends every other session of the person.</summary>
/// <param name="Current">The password until now.</param>
/// <param name="Next">The password from now on; judged as at registration.</param>
public sealed record ChangePasswordRequest(string Current, string Next);
