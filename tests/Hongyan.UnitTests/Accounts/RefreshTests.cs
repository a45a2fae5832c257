using CsCheck;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Accounts;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace Hongyan.UnitTests.Accounts;

public sealed class RefreshTests
{
    private static readonly SessionOptions Options = new();
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public void Judge_TokenThatJustRotated_IsGood() =>
        Assert.Equal(RefreshVerdict.Good, RefreshRules.Judge(4, 5, TimeSpan.Zero, Options));

    [Fact]
    public void Judge_RetryWithinTheWindow_IsGood() =>
        Assert.Equal(RefreshVerdict.Good, RefreshRules.Judge(4, 5, Options.RetryWindow, Options));

    [Fact]
    public void Judge_RetryAfterTheWindow_IsReuse() =>
        Assert.Equal(RefreshVerdict.Reused, RefreshRules.Judge(4, 5, Options.RetryWindow + Moment, Options));

    [Theory]
    [InlineData(3, 5)]
    [InlineData(0, 5)]
    public void Judge_OlderToken_IsReuse(int presented, int current) =>
        Assert.Equal(RefreshVerdict.Reused, RefreshRules.Judge(presented, current, TimeSpan.Zero, Options));

    [Fact]
    public void Judge_SessionNotUsedForTooLong_IsInvalid() =>
        Assert.Equal(RefreshVerdict.Invalid, RefreshRules.Judge(4, 5, Options.Lifetime + Moment, Options));

    [Fact]
    public void Judge_CurrentTokenThatDidNotRotate_IsInvalid() =>
        Assert.Equal(RefreshVerdict.Invalid, RefreshRules.Judge(5, 5, TimeSpan.Zero, Options));

    [Fact]
    public void Judge_TokenFromTheFuture_IsInvalid() =>
        Assert.Equal(RefreshVerdict.Invalid, RefreshRules.Judge(6, 5, TimeSpan.Zero, Options));

    [Fact]
    public void Token_RoundTrips()
    {
        var tokens = new RefreshTokens(new EphemeralDataProtectionProvider());
        var token = new RefreshToken(new SessionId(long.MaxValue), int.MaxValue);

        Assert.Equal(token, tokens.Read(tokens.Issue(token)));
    }

    [Fact]
    public void Token_OfAnotherServer_IsNone()
    {
        var token = new RefreshTokens(new EphemeralDataProtectionProvider()).Issue(
            new RefreshToken(new SessionId(1), 0)
        );

        Assert.Null(new RefreshTokens(new EphemeralDataProtectionProvider()).Read(token));
    }

    [Fact]
    public void Token_ChangedAnywhere_IsNone()
    {
        var tokens = new RefreshTokens(new EphemeralDataProtectionProvider());
        var good = tokens.Issue(new RefreshToken(new SessionId(77), 3));

        Gen.Select(Gen.Int[0, good.Length - 2], Gen.Char["ABCDEFabcdef0123456789-_"])
            .Where((at, with) => good[at] != with)
            .Sample((at, with) => tokens.Read(good[..at] + with + good[(at + 1)..]) is null);
    }

    [Fact]
    public void AnyText_IsNoTokenAndNeverThrows()
    {
        var tokens = new RefreshTokens(new EphemeralDataProtectionProvider());

        Gen.String.Sample(text => tokens.Read(text) is null);
    }
}
