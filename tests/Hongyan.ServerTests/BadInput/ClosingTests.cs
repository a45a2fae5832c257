using System.Net.WebSockets;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.BadInput;

/// <summary>What cannot be borne closes the socket, and the client hears why.</summary>
public sealed class ClosingTests(Servers servers)
{
    [Fact]
    public async Task Message_OfTheLargestSize_IsTaken_AndALargerOneClosesTheSocket()
    {
        await using var socket = await ConnectAsync();
        const string Ping = """{"t":"ping","id":3}""";

        await socket.SayAsync(Ping.PadRight(Limits.FrameBytes));
        Assert.Equal(3, (await socket.NextAsync())!.Value.GetProperty("id").GetInt32());
        await socket.SayAsync(Ping.PadRight(Limits.FrameBytes + 1));

        Assert.Equal(CloseCode.TooLarge, await socket.CloseCodeAsync());
    }

    [Fact]
    public async Task Message_ThatIsBinary_ClosesTheSocket()
    {
        await using var socket = await ConnectAsync();

        await socket.SayAsync("""{"t":"ping","id":3}"""u8.ToArray(), WebSocketMessageType.Binary);

        Assert.Equal(CloseCode.UnsupportedData, await socket.CloseCodeAsync());
    }

    [Fact]
    public async Task Message_ThatIsNoUtf8_ClosesTheSocket()
    {
        await using var socket = await ConnectAsync();

        await socket.SayAsync([.. "\""u8, 0xC3, 0x28, .. "\""u8], WebSocketMessageType.Text);

        Assert.Equal((int)WebSocketCloseStatus.InvalidPayloadData, await socket.CloseCodeAsync());
    }

    [Fact]
    public async Task Nonsense_WithoutEnd_ClosesTheSocket()
    {
        await using var socket = await ConnectAsync();

        // 32 in a row are borne, and a good one begins the count again.
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 32; i++)
            {
                await socket.SayAsync("nonsense");
            }

            await socket.IsAliveAsync();
        }

        for (var i = 0; i < 33; i++)
        {
            await socket.SayAsync("nonsense");
        }

        Assert.Equal(CloseCode.TooManyErrors, await socket.CloseCodeAsync());
    }

    [Fact]
    public async Task Hello_ThatIsBinary_ClosesTheSocket()
    {
        await using var socket = await OpenAsync();

        await socket.SayAsync([1, 2, 3], WebSocketMessageType.Binary);

        Assert.Equal(CloseCode.UnsupportedData, await socket.CloseCodeAsync());
    }

    [Fact]
    public async Task Hello_ThatDoesNotCome_ClosesTheSocket()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Delivery:HelloTimeout", "00:00:00.050")
        );

        await using var socket = await RawSocket.OpenAsync(server.Address);

        Assert.Equal(CloseCode.TimedOut, await socket.CloseCodeAsync());
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.SqliteAspNet)]
    public async Task Message_OfNothing_IsInvalid_AndTheConnectionLives(Store store)
    {
        await using var socket = await ConnectAsync(store);

        await socket.RefusedAsync("", ErrorCode.InvalidRequest);
    }

    private async Task<RawSocket> OpenAsync() =>
        await RawSocket.OpenAsync((await servers.SharedAsync(Store.Sqlite)).Address);

    private async Task<RawSocket> ConnectAsync(Store store = Store.Sqlite)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        return await RawSocket.OpenAsync(server.Address, (await http.NewPersonAsync()).AccessToken);
    }
}
