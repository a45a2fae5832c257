using System.Collections.Concurrent;
using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load;

namespace Hongyan.FaultTests;

/// <summary>A real server process that is killed, stopped, or robbed of its store in the middle of things.</summary>
public sealed class CrashTests
{
    private const int Sends = 2_000;
    private static readonly CancellationToken Token = CancellationToken.None;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task Kill_InTheMiddleOf2000Sends_LosesNothingAcknowledged(string store) =>
        InterruptAsync(
            store,
            async server =>
            {
                await server.KillAsync();
                return 0;
            }
        );

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task Sigterm_InTheMiddleOf2000Sends_StopsCleanly_AndLosesNothingAcknowledged(string store) =>
        InterruptAsync(store, server => server.StopAsync());

    /// <summary>The process dies by itself, at a place it passes many times in these sends.</summary>
    [Theory]
    [InlineData("append.before", 20)]
    [InlineData("append.rolled", 20)]
    [InlineData("append.written", 20)]
    [InlineData("append.durable", 20)]
    [InlineData("apply.inserted", 20)]
    [InlineData("apply.committed", 20)]
    [InlineData("checkpoint.before", 20)]
    [InlineData("checkpoint.after", 20)]
    [InlineData("trim.before", 3)]
    [InlineData("trim.after", 3)]
    public Task Death_AtAnyStepOfTheAppendLog_LosesNothingAcknowledged(string place, int count) =>
        InterruptAsync(
            "sqlite",
            async server =>
            {
                await server.ExitedAsync();
                return 0;
            },
            new Dictionary<string, string>
            {
                ["HONGYAN_FAULT"] = $"{place}:{count}",
                ["Hongyan:Delivery:AppendLog"] = "true",
                ["Hongyan:Delivery:MaxBatch"] = "16",
                ["Hongyan:Delivery:ApplySort"] = "64",
                ["Hongyan:Delivery:ApplyChunk"] = "16",
                ["Hongyan:Delivery:ApplyDelay"] = "00:00:00.005",
                ["Hongyan:Delivery:CheckpointRows"] = "32",
                ["Hongyan:Delivery:LogSegmentBytes"] = "4096",
            }
        );

    [Theory]
    [InlineData("write.before", 40)]
    [InlineData("write.committed", 40)]
    public Task Death_BesideACommitToPostgres_LosesNothingAcknowledged(string place, int count) =>
        InterruptAsync(
            "postgres",
            async server =>
            {
                await server.ExitedAsync();
                return 0;
            },
            new Dictionary<string, string>
            {
                ["HONGYAN_FAULT"] = $"{place}:{count}",
                ["Hongyan:Delivery:MaxBatch"] = "16",
            }
        );

    [Fact]
    public async Task SecondServer_OnTheSameDataDirectory_IsRefusedInOneLine()
    {
        await using var world = await World.StartAsync("sqlite");

        var refusal = await Assert.ThrowsAsync<IOException>(() => world.StartServerAsync(world.Folder));

        Assert.Contains("Cannot start:", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondServer_OnTheSameDatabase_FencesTheFirst()
    {
        await using var world = await World.StartAsync("postgres");
        using var handler = new SocketsHttpHandler();
        var person = (await Person.RegisterAsync(world.Server.Address, handler, 1, Token))[0];
        var notes = (await person.Api.OpenNotesAsync(Token)).Id;

        await using var second = await world.StartServerAsync(
            Directory.CreateTempSubdirectory("hongyan-fault-").FullName
        );
        var refused = await Assert.ThrowsAsync<HongyanException>(() =>
            person.Api.SendAsync(
                notes,
                new SendMessageRequest(person.Api.Clock.NewId(), new TextBody("from the past")),
                Token
            )
        );

        Assert.True(refused.IsRetryable);
        Assert.Equal(1, await world.Server.ExitedAsync());
        using var api = World.Api(second.Address, (await person.Api.SessionAsync(Token))!);
        Assert.Empty((await api.HistoryAsync(notes, cancellationToken: Token)).Messages);
    }

    /// <param name="store">Which store.</param>
    /// <param name="interruptAsync">Ends the first life, in the middle of it.</param>
    /// <param name="dyingSettings">Settings of the first life that make it end by itself, at some time.</param>
    private static async Task InterruptAsync(
        string store,
        Func<ServerProcess, Task<int>> interruptAsync,
        IReadOnlyDictionary<string, string>? dyingSettings = null
    )
    {
        await using var world = await World.StartAsync(store, dyingSettings);
        using var handler = new SocketsHttpHandler();
        var people = await Person.RegisterAsync(world.Server.Address, handler, 4, Token);
        ConversationId[] chats =
        [
            await people[0].BefriendAsync(people[1], Token),
            await people[2].BefriendAsync(people[3], Token),
        ];
        var sends = Enumerable
            .Range(0, Sends)
            .Select(i => (Sender: i % 4, Id: Guid.CreateVersion7(), Text: $"{i}"))
            .ToList();
        var acknowledged = new ConcurrentDictionary<Guid, (ConversationId Conversation, long Seq)>();

        // The first life: everything at once, and the end when half of it is acknowledged, or when the process dies.
        var half = new TaskCompletionSource();
        var connections = await ConnectAsync(people);
        var sending = sends.Select(send =>
            SendAsync(connections[send.Sender], chats[send.Sender / 2], send.Id, send.Text)
        );
        var all = Task.WhenAll(sending.ToList());
        await Task.WhenAny(half.Task, all);
        Assert.Equal(0, await interruptAsync(world.Server));
        await all;
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }

        var before = acknowledged.ToDictionary();
        Assert.InRange(before.Count, dyingSettings is null ? Sends / 2 : 1, Sends);

        // The second life: what was not acknowledged is sent again, with the same ids.
        await world.RestartAsync();
        var apis = new List<HongyanApi>();
        foreach (var person in people)
        {
            apis.Add(World.Api(world.Server.Address, (await person.Api.SessionAsync(Token))!));
        }

        foreach (var (sender, id, text) in sends)
        {
            var sent = await apis[sender]
                .SendAsync(chats[sender / 2], new SendMessageRequest(id, new TextBody(text)), Token);
            acknowledged[id] = (sent.Conversation, sent.Seq);
            if (before.TryGetValue(id, out var first))
            {
                Assert.Equal(first, (sent.Conversation, sent.Seq));
            }
        }

        foreach (var (chat, reader) in new[] { (chats[0], 1), (chats[1], 3) })
        {
            var stored = await ReadAsync(apis[reader], chat);
            var acks = acknowledged
                .Where(ack => ack.Value.Conversation == chat)
                .Select(ack => (ack.Key, ack.Value.Seq));
            Assert.Equal(new Faults(0, 0, 0), Ledger.Compare(acks, stored));
            Assert.Equal((Sends / 2) + 1, stored.Count); // and the one that says they became contacts
        }

        apis.ForEach(api => api.Dispose());

        async Task SendAsync(HongyanConnection connection, ConversationId chat, Guid id, string text)
        {
            try
            {
                var ack = await connection.SendAsync(chat, id, new TextBody(text), Token);
                acknowledged[id] = (ack.Conversation, ack.Seq);
                if (acknowledged.Count >= Sends / 2)
                {
                    half.TrySetResult();
                }
            }
            catch (HongyanException)
            {
                // Not acknowledged: nothing was promised.
            }
        }
    }

    private static async Task<HongyanConnection[]> ConnectAsync(Person[] people)
    {
        var connections = new HongyanConnection[people.Length];
        for (var i = 0; i < people.Length; i++)
        {
            connections[i] = await people[i].ConnectAsync(new ConnectionOptions { KeepsFrames = false }, Token);
        }

        return connections;
    }

    private static async Task<List<Message>> ReadAsync(HongyanApi api, ConversationId chat)
    {
        var messages = new List<Message>();
        HistoryPage page;
        do
        {
            page = await api.HistoryAsync(
                chat,
                after: messages.Count == 0 ? 0 : messages[^1].Seq,
                limit: 200,
                cancellationToken: Token
            );
            messages.AddRange(page.Messages);
        } while (page.HasMore);

        return messages;
    }
}
