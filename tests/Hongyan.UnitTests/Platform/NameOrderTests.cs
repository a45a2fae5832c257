using CsCheck;
using Hongyan.Server.Platform;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class NameOrderTests
{
    [Theory]
    [InlineData("张伟", "Z", "zhangwei")]
    [InlineData("北京", "B", "beijing")]
    [InlineData("Ángel", "A", "angel")]
    [InlineData("Øystein", "O", "oystein")]
    [InlineData("Łukasz", "L", "lukasz")]
    [InlineData("ann", "A", "ann")]
    [InlineData("Ａｎｎ", "A", "ann")]
    [InlineData("阿Ken", "A", "aken")]
    [InlineData("Ken 阿", "K", "ken a")]
    [InlineData("Борис", "B", "boris")]
    public void Letters_AreListedUnderTheirInitial(string name, string initial, string romanized)
    {
        var order = NameOrder.Of(name);

        Assert.Equal(initial, order.Initial);
        Assert.Equal($"{romanized}\t{name}", order.SortKey);
    }

    [Theory]
    [InlineData("9 lives")]
    [InlineData("😀 Bob")]
    [InlineData("😀")]
    [InlineData("①")]
    [InlineData("_x")]
    [InlineData("")]
    public void EverythingElse_IsListedUnderTheSign(string name) => Assert.Equal("#", NameOrder.Of(name).Initial);

    [Theory]
    [InlineData("曾小贤", "zengxiaoxian")]
    [InlineData("单田芳", "shantianfang")]
    [InlineData("单于", "chanyu")]
    [InlineData("尉迟恭", "yuchigong")]
    [InlineData("仇英", "qiuying")]
    public void Surnames_AreReadAsNames(string name, string romanized) =>
        Assert.Equal($"{romanized}\t{name}", NameOrder.Of(name).SortKey);

    [Fact]
    public void SameReading_IsOrderedByTheNameItself()
    {
        string[] names = ["李明", "Li", "黎明", "Li Ming", "李"];

        var sorted = names.OrderBy(name => NameOrder.Of(name).SortKey, StringComparer.Ordinal);

        Assert.Equal(["Li", "李", "Li Ming", "李明", "黎明"], sorted);
    }

    [Fact]
    public void AnyName_HasAnInitialAndAKeyOfBoundedLength() =>
        Gen.String[0, 64]
            .Where(name => TextRules.Line(name, 64) is not null)
            .Sample(name =>
            {
                var order = NameOrder.Of(name);
                return order.Initial.Length == 1
                    && (order.Initial == "#" || order.Initial[0] is >= 'A' and <= 'Z')
                    && order.SortKey.EndsWith("\t" + name, StringComparison.Ordinal)
                    && order.SortKey.Length <= 256;
            });
}
