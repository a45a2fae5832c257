using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>
/// Argon2id for ASP.NET Core Identity. The async methods bound how many hashes are computed at once: each takes a core
/// and its memory for tens of milliseconds.
/// </summary>
internal sealed class PasswordHasher(IOptions<PasswordCost> cost) : IPasswordHasher<Account>, IDisposable
{
    private readonly SemaphoreSlim _seats = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Stands in for the hash of an account that does not exist, so that the work is the same.</summary>
    private readonly Lazy<string> _nobody = new(() => Hash(Guid.NewGuid().ToString(), cost.Value));

    public string HashPassword(Account user, string password) => Hash(password, cost.Value);

    public PasswordVerificationResult VerifyHashedPassword(
        Account user,
        string hashedPassword,
        string providedPassword
    ) => Verify(hashedPassword, providedPassword);

    /// <summary>Hashes a password.</summary>
    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        await _seats.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Hash(password, cost.Value), CancellationToken.None);
        }
        finally
        {
            _seats.Release();
        }
    }

    /// <summary>Compares a password with a hash; with none it fails after the same work.</summary>
    public async Task<PasswordVerificationResult> VerifyAsync(
        string? hash,
        string password,
        CancellationToken cancellationToken
    )
    {
        await _seats.WaitAsync(cancellationToken);
        try
        {
            var result = await Task.Run(() => Verify(hash ?? _nobody.Value, password), CancellationToken.None);
            return hash is null ? PasswordVerificationResult.Failed : result;
        }
        finally
        {
            _seats.Release();
        }
    }

    public void Dispose() => _seats.Dispose();

    private static string Hash(string password, PasswordCost cost) =>
        Argon2Hash.Of(password, cost.MemoryKiB, cost.Iterations).ToString();

    private PasswordVerificationResult Verify(string text, string password)
    {
        // Nobody has an empty password, and Argon2 does not take one.
        if (password.Length == 0 || Argon2Hash.Parse(text) is not { } hash || !hash.Matches(password))
        {
            return PasswordVerificationResult.Failed;
        }

        return hash.MemoryKiB == cost.Value.MemoryKiB && hash.Iterations == cost.Value.Iterations
            ? PasswordVerificationResult.Success
            : PasswordVerificationResult.SuccessRehashNeeded;
    }
}
