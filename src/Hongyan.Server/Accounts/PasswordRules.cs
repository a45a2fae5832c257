using Hongyan.Contracts;

namespace Hongyan.Server.Accounts;

/// <summary>Which passwords are good enough.</summary>
internal static class PasswordRules
{
    private const int MinScore = 2;

    /// <summary>zxcvbn's work grows faster than the password; what comes after this only makes it stronger.</summary>
    private const int JudgedLength = 64;

    /// <summary>Made once, because it reads its word lists; only read from then on.</summary>
    private static readonly Zxcvbn.Zxcvbn Judge = new();

    /// <summary>Whether the password is long enough and hard enough to guess for who knows handle and name.</summary>
    public static bool IsStrong(string password, string handle, string name) =>
        password.Length is >= Limits.PasswordMinLength and <= Limits.PasswordMaxLength
        && Judge
            .EvaluatePassword(
                password[..Math.Min(password.Length, JudgedLength)],
                [handle, name, .. name.Split(' ', StringSplitOptions.RemoveEmptyEntries), "hongyan"]
            )
            .Score >= MinScore;
}
