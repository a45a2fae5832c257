using Hongyan.Server.Accounts;
using Xunit;

namespace Hongyan.UnitTests.Accounts;

public sealed class HandleRulesTests
{
    [Theory]
    [InlineData("ann")]
    [InlineData("a_b-9")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    public void IsAllowed_WellFormed_IsTrue(string handle) => Assert.True(HandleRules.IsAllowed(handle));

    [Theory]
    [InlineData("an")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456")]
    [InlineData("9ann")]
    [InlineData("_ann")]
    [InlineData("-ann")]
    [InlineData("Ann")]
    [InlineData("ann lee")]
    [InlineData("ann\n")]
    [InlineData("änn")]
    [InlineData("张伟张")]
    [InlineData("")]
    [InlineData("admin")]
    [InlineData("hongyan")]
    public void IsAllowed_MalformedOrReserved_IsFalse(string handle) => Assert.False(HandleRules.IsAllowed(handle));

    [Fact]
    public void Normalize_LowersAndTrims() => Assert.Equal("ann", HandleRules.Normalize(" ANN "));
}
