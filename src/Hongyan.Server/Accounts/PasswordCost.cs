namespace Hongyan.Server.Accounts;

/// <summary>
/// What a password hash costs, from <c>Hongyan:Passwords</c>. The defaults are OWASP's for Argon2id. Stored hashes keep
/// their own cost and are renewed at the next sign-in.
/// </summary>
internal sealed class PasswordCost
{
    public const string Section = "Hongyan:Passwords";

    /// <summary>Memory, in KiB.</summary>
    public int MemoryKiB { get; set; } = 19 * 1024;

    /// <summary>Passes over the memory.</summary>
    public int Iterations { get; set; } = 2;

    public bool IsValid => MemoryKiB >= 8 && Iterations >= 1;
}
