using Hongyan.Server.Accounts;
using Xunit;

namespace Hongyan.UnitTests.Accounts;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("wX7!qpL2zr")]
    [InlineData("窗前明月光疑是地上霜")]
    public void IsStrong_HardToGuess_IsTrue(string password) =>
        Assert.True(PasswordRules.IsStrong(password, "ann", "Ann Lee"));

    [Theory]
    [InlineData("wX7!qp")]
    [InlineData("password1")]
    [InlineData("12345678")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("qwertyuiop")]
    public void IsStrong_EasyToGuess_IsFalse(string password) =>
        Assert.False(PasswordRules.IsStrong(password, "ann", "Ann Lee"));

    [Fact]
    public void IsStrong_MadeOfHandleAndName_IsFalse()
    {
        Assert.True(PasswordRules.IsStrong("zubrowka1", "ann", "Ann"));
        Assert.False(PasswordRules.IsStrong("zubrowka1", "zubrowka", "Ann"));
        Assert.False(PasswordRules.IsStrong("zubrowka1", "ann", "Ann Zubrowka"));
    }

    [Fact]
    public void IsStrong_LongerThanAllowed_IsFalse()
    {
        const string Phrase = "correct horse battery staple ";
        var longest = string.Concat(Enumerable.Repeat(Phrase, 20))[..256];

        Assert.True(PasswordRules.IsStrong(longest, "ann", "Ann"));
        Assert.False(PasswordRules.IsStrong(longest + "x", "ann", "Ann"));
    }
}
