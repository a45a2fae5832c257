using System.Buffers.Text;
using System.Text;
using CsCheck;
using Hongyan.Server.Platform;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class CursorTests
{
    [Fact]
    public void Numbers_RoundTrip() =>
        Gen.Long.Array[2].Sample(key => Cursor.TryRead(Cursor.Of(key), 2, out long[] read) && key.SequenceEqual(read));

    [Theory]
    [InlineData("0", "zhang\t张伟", "12")]
    [InlineData("1", ":grinning: 😀", "\"],[\"")]
    [InlineData("", "", "")]
    public void Texts_RoundTrip(string first, string second, string third)
    {
        Assert.True(Cursor.TryRead(Cursor.Of(first, second, third), 3, out string[] read));
        Assert.Equal([first, second, third], read);
    }

    [Fact]
    public void LongestSortKey_RoundTrips()
    {
        // 32 emoji is the longest name there is, and the one whose romanization is longest.
        var order = NameOrder.Of(string.Concat(Enumerable.Repeat("🤾", 32)));

        Assert.True(Cursor.TryRead(Cursor.Of("1", order.SortKey, "9223372036854775807"), 3, out string[] read));
        Assert.Equal(order.SortKey, read[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zzz")]
    [InlineData("not base64!")]
    [InlineData("[1,2]")]
    public void Nonsense_IsRefused(string cursor) => Assert.False(Cursor.TryRead(cursor, 2, out long[] _));

    [Theory]
    [InlineData("""["1"]""")]
    [InlineData("""["1","2","3"]""")]
    [InlineData("""["1",null]""")]
    [InlineData("""["1","x"]""")]
    [InlineData("""["1","2\u0000"]""")]
    [InlineData("""{"a":1}""")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    public void OtherJson_IsRefused(string json) =>
        Assert.False(Cursor.TryRead(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json)), 2, out long[] _));

    [Fact]
    public void Nul_IsRefused() =>
        Assert.False(Cursor.TryRead(Base64Url.EncodeToString("""["a\u0000b"]"""u8), 1, out string[] _));

    [Fact]
    public void AnyText_NeverThrows() => Gen.String.Sample(text => Cursor.TryRead(text, 1, out string[] _) || true);

    [Fact]
    public void Page_WithOneRowMoreThanAskedFor_HasANext()
    {
        var page = PageLimit.Of([5, 4, 3], 2, row => row * 10, row => Cursor.Of((long)row));

        Assert.Equal([50, 40], page.Items);
        Assert.Equal(Cursor.Of(4L), page.Next);
    }

    [Fact]
    public void Page_WithNoMoreThanAskedFor_IsTheLast() =>
        Assert.Null(PageLimit.Of([5, 4], 2, row => row, row => Cursor.Of((long)row)).Next);

    [Theory]
    [InlineData(null, true, 50)]
    [InlineData(1, true, 1)]
    [InlineData(200, true, 200)]
    [InlineData(201, false, 201)]
    [InlineData(0, false, 0)]
    [InlineData(-1, false, -1)]
    public void Limit_IsCheckedAgainstTheProtocol(int? limit, bool isAllowed, int rows)
    {
        Assert.Equal(isAllowed, PageLimit.TryRead(limit, out var read));
        Assert.Equal(rows, read);
    }
}
