using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using static Hongyan.UnitTests.Delivery.Framing.ClientFrames;

namespace Hongyan.ServerTests.Sockets;

/// <summary>A connection on which nothing is under way holds no memory of the pools that connections read and write with.</summary>
public sealed class IdleTests(Servers servers)
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.SqliteAspNet)]
    public async Task Connections_ThatAreIdle_HoldNoBuffer(Store store)
    {
        var pools = new CountingPools();
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(store),
            services => services.AddSingleton<IMemoryPoolFactory<byte>>(pools),
            ("Hongyan:Delivery:HelloTimeout", "01:00:00"), // nothing is closed meanwhile
            ("Hongyan:Delivery:PingInterval", "01:00:00")
        );

        // Only sockets are left open: what HTTP holds between requests is not ours to say.
        using var http = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
        var people = await Person.RegisterAsync(server.Address, http, 2, Token);
        var chat = await people[0].BefriendAsync(people[1]);
        var wires = new List<WireSocket>();
        var open = new List<WireSocket>();

        // Some have said nothing, some have opened the socket, and some are signed in and have talked.
        for (var i = 0; i < 5; i++)
        {
            wires.Add(await WireSocket.ConnectAsync(server));
            open.Add(await WireSocket.OpenAsync(server));
            open.Add(await WireSocket.OpenAsync(server));
            await NudgeAsync(open[^1]);
        }

        foreach (var person in people)
        {
            open.Add(await WireSocket.OpenAsync(server, await person.Api.AccessTokenAsync(cancellationToken: Token)));
        }

        await open[^1].SendAsync(Text("""{"t":"ping","id":1}""".PadRight(200_000)));
        await open[^1].ReadAsync();
        await people[0].SendAsync(chat, new string('雁', 9_000));
        await open[^1].ReadAsync();

        Assert.NotEqual(0, pools.Rents);
        await pools.AllReturnedAsync(() => Task.WhenAll(open.Select(NudgeAsync)));
        foreach (var wire in wires.Concat(open))
        {
            await wire.DisposeAsync();
        }
    }

    private static async Task NudgeAsync(WireSocket wire)
    {
        await wire.SendAsync(Ping("a"));
        await wire.ReadAsync();
    }
}
