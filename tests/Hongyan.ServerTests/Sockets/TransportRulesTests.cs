using Hongyan.Contracts.Socket;
using Hongyan.Load;
using Hongyan.Server.Delivery;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using static Hongyan.UnitTests.Delivery.Framing.ClientFrames;

namespace Hongyan.ServerTests.Sockets;

/// <summary>
/// Frames, control frames and the closing handshake (RFC 6455, 5 to 8) on the wire. What only the parser decides is in
/// the unit tests; here is what the connection does with it.
/// </summary>
public sealed class TransportRulesTests(Servers servers)
{
    private const string AskedPing = """{"t":"ping","id":7}""";

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Ping_IsAnsweredWithItsPayload_BeforeAndAfterTheHello(Store store)
    {
        var (server, person) = await PersonAsync(store);
        await using var wire = await WireSocket.OpenAsync(server);
        await wire.SendAsync(Ping("before"));
        var before = await wire.ReadAsync();
        await wire.SendAsync(Text(RawSocket.Hello(await person.Api.AccessTokenAsync(cancellationToken: Token))));
        await wire.ReadAsync();

        await wire.SendAsync(Make(PingOpcode, new byte[125]));
        var after = await wire.ReadAsync();

        Assert.Equal((0x8A, "before"), (before.FirstByte, before.Text));
        Assert.Equal((0x8A, 125), (after.FirstByte, after.Payload.Length));
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Fragments_WithPingsBetween_MakeOneMessage(Store store)
    {
        await using var wire = await OpenAsync(store);
        var frame = System.Text.Encoding.UTF8.GetBytes(AskedPing);

        await wire.SendAsync(Make(TextOpcode, frame.AsSpan(0, 4), isFinal: false));
        await wire.SendAsync(Ping("a"));
        await wire.SendAsync(Make(Continuation, frame.AsSpan(4, 4), isFinal: false));
        await wire.SendAsync([.. Make(PongOpcode, "unasked"u8), .. Make(Continuation, frame.AsSpan(8))]);

        Assert.Equal("a", (await wire.ReadAsync()).Text);
        var answer = await wire.ReadAsync();
        Assert.Equal(0x81, answer.FirstByte);
        Assert.StartsWith("""{"t":"pong","id":7""", answer.Text, StringComparison.Ordinal);
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Close_IsAnswered_AndEndsTheConnection(Store store)
    {
        await using var wire = await OpenAsync(store);

        await wire.SendAsync(Close(1001, "going"));

        Assert.Equal(CloseCode.Normal, await wire.CloseCodeAsync());
        await wire.EndedAsync();
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Close_WithoutACode_OrBetweenFragments_IsAnswered(Store store)
    {
        await using var empty = await OpenAsync(store);
        await using var between = await OpenAsync(store);

        await empty.SendAsync(Make(CloseOpcode, []));
        await between.SendAsync([.. Make(TextOpcode, "{"u8, isFinal: false), .. Close(1000)]);

        Assert.Equal(CloseCode.Normal, await empty.CloseCodeAsync());
        Assert.Equal(CloseCode.Normal, await between.CloseCodeAsync());
        Assert.Equal((0, 0), (await empty.EndedAsync(), await between.EndedAsync()));
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Frames_BehindAClose_AreNotHeard(Store store)
    {
        await using var wire = await OpenAsync(store);

        await wire.SendAsync([.. Text(AskedPing), .. Close(1000), .. Ping("late"), .. Text(AskedPing)]);

        Assert.Equal(0x81, (await wire.ReadAsync()).FirstByte);
        Assert.Equal(0x88, (await wire.ReadAsync()).FirstByte);
        Assert.Equal(0, await wire.EndedAsync());
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Server_ThatHasClosed_SendsNothingMore(Store store)
    {
        var server = await servers.SharedAsync(store);
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var token = await people[0].Api.AccessTokenAsync(cancellationToken: Token);
        await using var wire = await WireSocket.OpenAsync(server, token);
        await using var again = await WireSocket.OpenAsync(server, token);

        Assert.Equal(CloseCode.Replaced, await wire.CloseCodeAsync());
        await wire.SendAsync(Text(AskedPing));
        await people[1].SendAsync(chat, "news");
        while (!(await again.ReadAsync()).Text.Contains("news", StringComparison.Ordinal)) { }
        await wire.SendAsync(Close(CloseCode.Replaced));

        Assert.Equal(0, await wire.EndedAsync());
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Messages_OfEveryFormOfLength_AreSent(Store store)
    {
        var server = await servers.SharedAsync(store);
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var wire = await WireSocket.OpenAsync(
            server,
            await people[0].Api.AccessTokenAsync(cancellationToken: Token)
        );
        var lengths = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            await people[1].SendAsync(chat, new string('雁', 9_000));
            while (!(await wire.ReadAsync()).Text.Contains("雁雁", StringComparison.Ordinal)) { }
        }

        await wire.SendAsync(Text($$"""{"t":"history","id":5,"conversation":"{{chat}}"}"""));
        lengths.Add((await UntilAsync("history")).Payload.Length);
        await wire.SendAsync(Text("""{"t":"history","id":5}"""));
        lengths.Add((await UntilAsync("error")).Payload.Length);
        await wire.SendAsync(Text(AskedPing));
        lengths.Add((await UntilAsync("pong")).Payload.Length);

        Assert.InRange(lengths[0], ushort.MaxValue + 1, int.MaxValue);
        Assert.InRange(lengths[2], 1, 125);

        async Task<WireFrame> UntilAsync(string type)
        {
            var frame = await wire.ReadAsync();
            while (!frame.Text.Contains($"\"t\":\"{type}\"", StringComparison.Ordinal))
            {
                frame = await wire.ReadAsync();
            }

            return frame;
        }
    }

    public static TheoryData<string, int> Broken =>
        new()
        {
            { Hex(Make(TextOpcode, "x"u8, reserved: 4)), CloseCode.ProtocolError },
            { Hex(Make(3, "x"u8)), CloseCode.ProtocolError },
            { Hex(Make(TextOpcode, "x"u8, isMasked: false)), CloseCode.ProtocolError },
            { Hex(Make(TextOpcode, "x"u8, lengthBytes: 8)), CloseCode.ProtocolError },
            { Hex(Make(Continuation, "x"u8)), CloseCode.ProtocolError },
            { Hex(Make(PingOpcode, "x"u8, isFinal: false)), CloseCode.ProtocolError },
            { Hex(Close(1005)), CloseCode.ProtocolError },
            { Hex(Make(TextOpcode, [0xFF, 0xFE])), CloseCode.InvalidText },
            { Hex(Make(BinaryOpcode, "x"u8)), CloseCode.UnsupportedData },
            { Hex(Header(TextOpcode, (256 * 1024) + 1)), CloseCode.TooLarge },
            { Hex(Header(TextOpcode, long.MaxValue)), CloseCode.TooLarge },
        };

    [Theory, MemberData(nameof(Broken))]
    public Task BrokenRules_CloseTheSocketWithTheCodeForIt(string frame, int code) =>
        ExpectCloseAsync(Store.Sqlite, frame, code);

    [Theory, MemberData(nameof(Broken))]
    public Task BrokenRules_UnderTls_CloseTheSocketWithTheCodeForIt(string frame, int code) =>
        ExpectCloseAsync(Store.SqliteTls, frame, code);

    private async Task ExpectCloseAsync(Store store, string frame, int code)
    {
        await using var wire = await OpenAsync(store);

        await wire.SendAsync(Convert.FromHexString(frame));
        await wire.SendAsync(Text(AskedPing)); // is not heard any more

        Assert.Equal(code, await wire.CloseCodeAsync());
        await wire.SendAsync(Close(code));
        wire.EndSending();
        await wire.EndedAsync();
    }

    // ASP.NET's socket ends the connection at once, so that its close code may be lost on the way.
    [Theory, MemberData(nameof(Broken))]
    public async Task BrokenRules_EndTheConnection_OnTheOtherSocketToo(string frame, int code)
    {
        await using var wire = await OpenAsync(Store.SqliteAspNet);

        await wire.SendAsync(Convert.FromHexString(frame));
        wire.EndSending();

        Assert.NotEqual(0, code);
        await wire.EndedAsync();
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.SqliteTls)]
    public async Task BrokenRules_BeforeTheHello_CloseTheSocket(Store store)
    {
        await using var wire = await WireSocket.OpenAsync(await servers.SharedAsync(store));

        await wire.SendAsync(Make(TextOpcode, "x"u8, isMasked: false));

        Assert.Equal(CloseCode.ProtocolError, await wire.CloseCodeAsync());
        wire.EndSending();
        await wire.EndedAsync();
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task TheLargestMessage_IsTaken_AndOneByteMoreIsNot(Store store)
    {
        await using var wire = await OpenAsync(store);
        var largest = AskedPing.PadRight(256 * 1024);

        await wire.SendAsync(Text(largest));
        Assert.StartsWith("""{"t":"pong","id":7""", (await wire.ReadAsync()).Text, StringComparison.Ordinal);
        await wire.SendAsync(Text(largest + " "));

        Assert.Equal(CloseCode.TooLarge, await wire.CloseCodeAsync());
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Server_ThatCloses_WaitsForTheAnswer_ThenEndsTheConnection(Store store)
    {
        var (server, person) = await PersonAsync(store);
        await using var wire = await WireSocket.OpenAsync(
            server,
            await person.Api.AccessTokenAsync(cancellationToken: Token)
        );

        await person.Api.SignOutAsync(Token);

        Assert.Equal(CloseCode.SessionRevoked, await wire.CloseCodeAsync());
        await wire.SendAsync(Text(AskedPing)); // may still be on its way
        await wire.SendAsync(Close(CloseCode.SessionRevoked));
        await wire.EndedAsync();
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Server_ThatCloses_AndGetsNoAnswer_EndsTheConnectionAllTheSame(Store store)
    {
        var (server, person) = await PersonAsync(store);
        await using var wire = await WireSocket.OpenAsync(
            server,
            await person.Api.AccessTokenAsync(cancellationToken: Token)
        );

        await person.Api.SignOutAsync(Token);

        await wire.EndedAsync();
    }

    [Theory, CombinatorialStores(Both = BothOf.Transports)]
    public async Task Client_ThatGoesWithoutAWord_IsForgotten(Store store)
    {
        var (server, person) = await PersonAsync(store);
        var hub = (await servers.SharedAsync(store)).Services.GetRequiredService<SessionHub>();
        await using (await WireSocket.OpenAsync(server, await person.Api.AccessTokenAsync(cancellationToken: Token)))
        {
            Assert.True(hub.IsOnline(person.Id));
        }

        while (hub.IsOnline(person.Id))
        {
            await Task.Yield();
        }
    }

    private async Task<(TestServer Server, Person Person)> PersonAsync(Store store) =>
        (await servers.SharedAsync(store), (await servers.PeopleAsync(store, 1))[0]);

    private async Task<WireSocket> OpenAsync(Store store)
    {
        var (server, person) = await PersonAsync(store);
        return await WireSocket.OpenAsync(server, await person.Api.AccessTokenAsync(cancellationToken: Token));
    }

    private static string Hex(byte[] frame) => Convert.ToHexString(frame);
}
