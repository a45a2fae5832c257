using Hongyan.Server.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Xunit;

namespace Hongyan.UnitTests.Accounts;

public sealed class PasswordHasherTests
{
    private static readonly PasswordCost Cheap = new() { MemoryKiB = 8, Iterations = 1 };

    /// <summary>A vector of the reference implementation's tests: Argon2id, version 19, t=2, m=2^16, p=1.</summary>
    private const string Reference =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    [Fact]
    public void Matches_ReferenceVector_IsTrue()
    {
        var hash = Argon2Hash.Parse(Reference);

        Assert.True(hash!.Matches("password"));
        Assert.False(hash.Matches("Password"));
        Assert.Equal(Reference, hash.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFh")]
    [InlineData("$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$CTFh")]
    [InlineData("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ")]
    [InlineData("AQAAAAEAACcQAAAAE")]
    public void Parse_SomethingElse_IsNull(string text) => Assert.Null(Argon2Hash.Parse(text));

    [Fact]
    public void Of_SamePassword_HasAnotherSalt() =>
        Assert.NotEqual(Argon2Hash.Of("secret", 8, 1).ToString(), Argon2Hash.Of("secret", 8, 1).ToString());

    [Fact]
    public async Task Verify_TellsRightFromWrong()
    {
        using var hasher = Hasher(Cheap);
        var hash = await hasher.HashAsync("secret", TestContext.Current.CancellationToken);

        Assert.Equal(PasswordVerificationResult.Success, await VerifyAsync(hasher, hash, "secret"));
        Assert.Equal(PasswordVerificationResult.Failed, await VerifyAsync(hasher, hash, "Secret"));
        Assert.Equal(PasswordVerificationResult.Failed, await VerifyAsync(hasher, hash, ""));
    }

    [Fact]
    public async Task Verify_HashOfAnotherCost_AsksForANewOne()
    {
        using var hasher = Hasher(Cheap);
        var hash = Argon2Hash.Of("secret", 16, 2).ToString();

        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, await VerifyAsync(hasher, hash, "secret"));
    }

    [Fact]
    public async Task Verify_NoHash_Fails()
    {
        using var hasher = Hasher(Cheap);

        Assert.Equal(PasswordVerificationResult.Failed, await VerifyAsync(hasher, null, "secret"));
    }

    private static PasswordHasher Hasher(PasswordCost cost) => new(Options.Create(cost));

    private static Task<PasswordVerificationResult> VerifyAsync(PasswordHasher hasher, string? hash, string password) =>
        hasher.VerifyAsync(hash, password, TestContext.Current.CancellationToken);
}
