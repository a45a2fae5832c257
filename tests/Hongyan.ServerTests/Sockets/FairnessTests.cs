using Hongyan.Client;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using static Hongyan.UnitTests.Delivery.Framing.ClientFrames;

namespace Hongyan.ServerTests.Sockets;

/// <summary>One who floods, and one who does not read, are no trouble to the others.</summary>
public sealed class FairnessTests(Servers servers)
{
    private static readonly (string, string)[] Tight =
    [
        ("Hongyan:Limits:SendPerUser:Burst", "8"),
        ("Hongyan:Limits:SendPerUser:PerMinute", "1"),
        ("Hongyan:Limits:SendPerSession:Burst", "5"),
        ("Hongyan:Limits:SendPerSession:PerMinute", "1"),
    ];

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Flood_IsRefusedAsRetryable_AndOthersAreNot(Store store)
    {
        await using var server = await StartAsync(store, Tight);
        var people = await servers.PeopleAsync(server, 3);
        var chat = await people[0].BefriendAsync(people[1]);
        var other = await people[1].BefriendAsync(people[2]);
        await using var flooding = await people[0].ConnectAsync();
        await using var second = await AnotherDeviceAsync(people[0]);
        await using var quiet = await people[2].ConnectAsync();

        var sends = Enumerable.Range(0, 20).Select(i => SendAsync(flooding, i)).ToList();
        var answers = await Task.WhenAll(sends);
        var more = await Task.WhenAll(Enumerable.Range(20, 5).Select(i => SendAsync(second, i)));

        Assert.Equal(5, answers.Count(refusal => refusal is null));
        Assert.Equal(3, more.Count(refusal => refusal is null)); // what the person has left
        foreach (var refusal in answers.Concat(more).OfType<HongyanException>())
        {
            Assert.Equal((ErrorCode.RateLimited, true), (refusal.Code, refusal.IsRetryable));
            Assert.InRange(refusal.RetryAfter!.Value.TotalSeconds, 1, 60);
        }

        var overHttp = await Assert.ThrowsAsync<HongyanException>(() => people[0].SendAsync(chat, "over HTTP"));
        Assert.Equal(ErrorCode.RateLimited, overHttp.Code);
        await quiet.SendAsync(other, Guid.CreateVersion7(), new TextBody("in peace"), Token);

        async Task<HongyanException?> SendAsync(HongyanConnection connection, int i)
        {
            try
            {
                await connection.SendAsync(chat, Guid.CreateVersion7(), new TextBody($"{i}"), Token);
                return null;
            }
            catch (HongyanException exception)
            {
                return exception;
            }
        }
    }

    [Fact]
    public async Task Outbox_OfAClientThatIsLimited_GetsEverythingThrough_InOrder()
    {
        await using var server = await StartAsync(
            Store.Sqlite,
            [("Hongyan:Limits:SendPerSession:Burst", "2"), ("Hongyan:Limits:SendPerSession:PerMinute", "1200")]
        );
        var people = await servers.PeopleAsync(server, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var receiver = await people[1].ConnectAsync();
        var client = new HongyanClient(people[0].Api);
        await client.StartAsync(Token);
        var changes = client.Changes.ToListAsync(Token).AsTask();

        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync(chat, new TextBody($"{i}"), Token);
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(new TextBody($"{i}"), (await receiver.NextAsync<Pushed>()).Message.Body);
        }

        await client.DisposeAsync();
        Assert.Empty((await changes).OfType<SendFailed>());
    }

    [Theory, CombinatorialStores(Both = BothOf.Sockets)]
    public async Task Reader_ThatDoesNotRead_IsToldToResync_AndHoldsNobodyUp(Store store)
    {
        await using var server = await StartAsync(store, [("Hongyan:Delivery:MaxOutboundBytes", "100000")]);
        var people = await servers.PeopleAsync(server, 3);
        var slow = await people[0].BefriendAsync(people[1]);
        var quick = await people[0].BefriendAsync(people[2]);
        await using var sender = await people[0].ConnectAsync();
        await using var reading = await people[2].ConnectAsync();
        await using var wire = await WireSocket.OpenAsync(
            server,
            await people[1].Api.AccessTokenAsync(cancellationToken: Token)
        );

        // More than all buffers on the way hold: the system's, the pipe's and the queue.
        var text = new TextBody(new string('雁', 9_000));
        for (var i = 0; i < 600; i++)
        {
            await sender.SendAsync(slow, Guid.CreateVersion7(), text, Token);
        }

        await sender.SendAsync(quick, Guid.CreateVersion7(), new TextBody("as ever"), Token);
        Assert.Equal(new TextBody("as ever"), (await reading.NextAsync<Pushed>()).Message.Body);

        var received = 0;
        while (!(await wire.ReadAsync()).Text.Contains("\"t\":\"resync\"", StringComparison.Ordinal))
        {
            received++;
        }

        await wire.SendAsync(Text("""{"t":"ping","id":7}"""));
        while (!(await wire.ReadAsync()).Text.Contains("\"t\":\"pong\"", StringComparison.Ordinal)) { }

        Assert.InRange(received, 1, 599);
    }

    private static async Task<HongyanConnection> AnotherDeviceAsync(Load.Person person)
    {
        using var http = new RawHttp(person.Api.Server);
        var answer = await http.PostAsync(
            "/api/sessions",
            $$"""{"handle":"{{person.Handle}}","password":"{{Load.Person.Password}}","device":{"name":"other","kind":"bot"} }"""
        );
        return await HongyanConnection.ConnectAsync(
            person.Api.Server,
            answer.Json.GetProperty("accessToken").GetString()!,
            cancellationToken: Token
        );
    }

    private async Task<TestServer> StartAsync(Store store, (string, string)[] settings) =>
        await TestServer.StartAsync(servers.NewFolder(), await servers.NewStoreAsync(store), settings);
}
