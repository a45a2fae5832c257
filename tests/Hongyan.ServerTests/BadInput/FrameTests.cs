using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.BadInput;

/// <summary>What is said on a signed-in socket and makes no sense: it is answered, and the socket lives on where it can.</summary>
public sealed class FrameTests(Servers servers)
{
    [Theory]
    [InlineData(" ")]
    [InlineData("hello?")]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("[{]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""{"t":"ping","id":1}x""")]
    [InlineData("""{"t":"ping","id":1}{"t":"ping","id":2}""")]
    [InlineData("""[{"t":"ping","id":1},]""")]
    [InlineData("[7]")]
    [InlineData("[null]")]
    [InlineData("[[]]")]
    [InlineData("{}")]
    [InlineData("""{"t":null}""")]
    [InlineData("""{"t":7}""")]
    [InlineData("""{"t":"ping"}""")]
    [InlineData("""{"t":"ping","id":"1"}""")]
    [InlineData("""{"t":"ping","id":1.5}""")]
    [InlineData("""{"t":"ping","id":99999999999}""")]
    [InlineData("""{"t":"send"}""")]
    [InlineData("""{"t":"typing","conversation":12}""")]
    [InlineData("""{"t":"typing","conversation":""}""")]
    [InlineData("""{"t":"typing","conversation":"0"}""")]
    [InlineData("""{"t":"typing","conversation":"-1"}""")]
    [InlineData("""{"t":"typing","conversation":"+1"}""")]
    [InlineData("""{"t":"typing","conversation":"1e3"}""")]
    [InlineData("""{"t":"typing","conversation":"9223372036854775808"}""")]
    [InlineData("""{"t":"typing","conversation":null}""")]
    [InlineData("""{"t":"hello","v":1,"token":"again"}""")]
    [InlineData("""{"t":"heads","id":1,"after":"\ud800"}""")]
    [InlineData("""{"t":"ping","id":"1","\ud800":1}""")]
    [InlineData("""{"\udc00":1,"t":7}""")]
    [InlineData("""{"t":"typing","t":"typing","conversation":12}""")]
    public async Task Nonsense_IsInvalid_AndTheConnectionLives(string text)
    {
        await using var socket = await ConnectAsync();

        await socket.RefusedAsync(text, ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task Nonsense_ThatIsNestedTooDeep_IsInvalid()
    {
        await using var socket = await ConnectAsync();

        await socket.RefusedAsync(new string('[', 100_000), ErrorCode.InvalidRequest);
        await socket.RefusedAsync(
            $$"""{"t":"ping","id":{{new string('[', 100)}}{{new string(']', 100)}}}""",
            ErrorCode.InvalidRequest
        );
    }

    [Fact]
    public async Task UnknownFrame_IsToldApart_WithItsId()
    {
        await using var socket = await ConnectAsync();

        var error = await socket.RefusedAsync("""{"t":"teleport","id":12}""", ErrorCode.UnknownFrame);

        Assert.Equal(12, error.GetProperty("id").GetInt32());
        Assert.False(error.GetProperty("retryable").GetBoolean());
    }

    [Theory]
    [InlineData("""{"t":"heads","id":9,"limit":0}""")]
    [InlineData("""{"t":"heads","id":9,"limit":201}""")]
    [InlineData("""{"t":"heads","id":9,"limit":-1}""")]
    [InlineData("""{"t":"heads","id":9,"after":""}""")]
    [InlineData("""{"t":"heads","id":9,"after":"page two"}""")]
    [InlineData("""{"t":"heads","id":9,"after":"1.2.3"}""")]
    [InlineData("""{"t":"heads","id":9,"after":"-1.2"}""")]
    [InlineData("""{"t":"heads","id":9,"after":"99999999999999999999.1"}""")]
    [InlineData("""{"t":"changes","id":9,"since":-1}""")]
    [InlineData("""{"t":"changes","id":9,"since":0,"limit":201}""")]
    [InlineData("""{"t":"difference","id":9,"conversation":"1","since":-1}""")]
    [InlineData("""{"t":"difference","id":9,"conversation":"1","since":0,"limit":0}""")]
    [InlineData("""{"t":"history","id":9,"conversation":"1","before":0}""")]
    [InlineData("""{"t":"history","id":9,"conversation":"1","after":-1}""")]
    [InlineData("""{"t":"history","id":9,"conversation":"1","before":5,"after":1}""")]
    [InlineData("""{"t":"history","id":9,"conversation":"1","limit":1000}""")]
    public async Task Request_OutOfRange_IsInvalid_WithItsId(string text)
    {
        await using var socket = await ConnectAsync();

        var error = await socket.RefusedAsync(text, ErrorCode.InvalidRequest);

        Assert.Equal(9, error.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Mark_BelowZero_IsInvalid()
    {
        await using var socket = await ConnectAsync();

        await socket.RefusedAsync("""{"t":"mark","conversation":"1","read":-1}""", ErrorCode.InvalidRequest);
    }

    [Fact]
    public async Task Array_WithBadFramesInIt_IsCarriedOutButForThem_InOrder()
    {
        await using var socket = await ConnectAsync();

        await socket.SayAsync("""[{"t":"ping","id":1},{"t":"what"},7,{"t":"ping","id":2}]""");

        Assert.Equal(1, (await socket.NextAsync())!.Value.GetProperty("id").GetInt32());
        Assert.Equal(ErrorCode.UnknownFrame, await socket.ErrorAsync());
        Assert.Equal(ErrorCode.InvalidRequest, await socket.ErrorAsync());
        Assert.Equal(2, (await socket.NextAsync())!.Value.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Array_OfMoreFramesThanAllowed_IsInvalid_AndNothingOfItIsCarriedOut()
    {
        await using var socket = await ConnectAsync();

        await socket.SayAsync(Pings(Limits.FramesPerArray));
        for (var i = 1; i <= Limits.FramesPerArray; i++)
        {
            Assert.Equal(i, (await socket.NextAsync())!.Value.GetProperty("id").GetInt32());
        }

        await socket.SayAsync(Pings(Limits.FramesPerArray + 1));
        Assert.Equal("error", (await socket.NextAsync())!.Value.GetProperty("t").GetString());
        await socket.SayAsync("""{"t":"ping","id":-1}""");
        Assert.Equal(-1, (await socket.NextAsync())!.Value.GetProperty("id").GetInt32());
    }

    private async Task<RawSocket> ConnectAsync()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var http = new RawHttp(server.Address);
        return await RawSocket.OpenAsync(server.Address, (await http.NewPersonAsync()).AccessToken);
    }

    private static string Pings(int count)
    {
        var frames = new StringBuilder("[");
        for (var i = 1; i <= count; i++)
        {
            frames.Append(CultureInfo.InvariantCulture, $$"""{{(i > 1 ? "," : "")}}{"t":"ping","id":{{i}}}""");
        }

        return frames.Append(']').ToString();
    }
}
