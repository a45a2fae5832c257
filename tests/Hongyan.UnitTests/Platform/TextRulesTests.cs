using Hongyan.Server.Platform;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class TextRulesTests
{
    [Theory]
    [InlineData("Ann", "Ann")]
    [InlineData("  Ann Lee  ", "Ann Lee")]
    [InlineData("张伟", "张伟")]
    [InlineData("😀", "😀")]
    [InlineData("👨‍👩‍👧", "👨‍👩‍👧")]
    [InlineData("שלום", "שלום")]
    public void Name_WithSomethingToSee_IsTrimmed(string text, string expected) =>
        Assert.Equal(expected, TextRules.Name(text, 64));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200b\u200d")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("two\nlines")]
    [InlineData("nul\0")]
    [InlineData("bell\a!")]
    [InlineData("line\u2028separator")]
    [InlineData("over\u202eride")]
    [InlineData("iso\u2066late")]
    public void Name_ThatIsNone_IsRefused(string text) => Assert.Null(TextRules.Name(text, 64));

    [Fact]
    public void Name_WithALoneSurrogate_IsRefused() => Assert.Null(TextRules.Name("a" + (char)0xD800, 64));

    [Fact]
    public void Name_LongerThanAllowed_IsRefused()
    {
        Assert.NotNull(TextRules.Name(new string('a', 64), 64));
        Assert.Null(TextRules.Name(new string('a', 65), 64));
    }

    [Fact]
    public void Line_MayBeEmpty() => Assert.Equal("", TextRules.Line("  ", 10));

    [Fact]
    public void Lines_KeepTheirBreaks() => Assert.Equal("a\nb", TextRules.Lines(" a\r\nb ", 10));

    [Fact]
    public void Lines_WithControls_AreRefused() => Assert.Null(TextRules.Lines("a\u001bb", 10));
}
