using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

/// <summary>What every message log keeps, whatever it stands on.</summary>
public sealed class MessageLogTests(Servers servers)
{
    private static readonly (string, string)[] TailStays =
    [
        ("Hongyan:Delivery:AppendLog", "true"),
        ("Hongyan:Delivery:ApplyDelay", "1:00:00"),
        ("Hongyan:Delivery:ApplySort", "1000000"),
    ];

    [Theory, CombinatorialStores]
    public async Task Commit_IsFoundByNumberAndByClientId(Store store)
    {
        await using var server = await StartAsync(store, TailStays);
        var log = server.Services.GetRequiredService<IMessageLog>();
        var (conversation, users) = await MakeConversationAsync(server, 2);
        var writes = Enumerable.Range(1, 5).Select(seq => Send(conversation, users[0], seq)).ToList();

        await CommitAsync(server, writes);

        var stored = await log.LoadAsync(conversation, Token);
        Assert.Equal((5, 5), (stored!.Seq, stored.Pts));
        Assert.Equal(users, stored.Members.Select(member => member.User));
        foreach (var message in writes.Select(write => write.Message!))
        {
            var found = await log.FindSendAsync(users[0], message.ClientId, Token);
            Assert.Equal(
                new StoredSend(conversation, message.Seq, message.Pts, message.SentAt, message.PayloadHash),
                found
            );
            Assert.Null(await log.FindSendAsync(users[1], message.ClientId, Token));
        }

        var times = writes.ConvertAll(write => RecentSends.TimeOf(write.Message!.ClientId)!.Value);
        await log.CloseAsync();
        Assert.Contains((users[0], times.Max()), await log.LatestClientIdsAsync(times.Max() - 1, Token));
        Assert.DoesNotContain(
            users[0],
            (await log.LatestClientIdsAsync(times.Max(), Token)).Select(latest => latest.Sender)
        );
    }

    [Theory, CombinatorialStores]
    public async Task Commit_ByWhoeverLostTheSlots_IsFenced_AndNothingIsWritten(Store store)
    {
        await using var server = await StartAsync(store, TailStays);
        var log = server.Services.GetRequiredService<IMessageLog>();
        var (conversation, users) = await MakeConversationAsync(server, 2);
        var epochs = server.Services.GetRequiredService<SlotTable>().Epochs;

        var mark = new LogWrite { Conversation = conversation, Mark = new MarkWrite(users[0], 0, 0) };
        await using (var db = await ContextAsync(server))
        {
            await db.Slots.ExecuteUpdateAsync(
                slots => slots.SetProperty(slot => slot.Epoch, slot => slot.Epoch + 1),
                Token
            );
        }

        await Assert.ThrowsAsync<FencedException>(() => log.CommitAsync(new CommitBatch([mark], epochs), Token));
        if (store == Store.Sqlite)
        {
            // The next owner of an append log says so in the log's folder before it reads the log.
            using var next = LogOwner.Take(Path.Combine(server.DataDirectory, "log"), epochs[0] + 1);
        }

        var send = Send(conversation, users[0], 1);
        await Assert.ThrowsAsync<FencedException>(() => log.CommitAsync(new CommitBatch([send], epochs), Token));
        Assert.Null(await log.FindSendAsync(users[0], send.Message!.ClientId, Token));
    }

    [Fact]
    public async Task Tail_IsReadAsIfItWereInTheTables_InEveryQuery()
    {
        await using var server = await StartAsync(Store.Sqlite, TailStays);
        var people = await servers.PeopleAsync(server, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        for (var i = 2; i <= 8; i++)
        {
            await people[i % 2].SendAsync(chat, $"message {i}");
        }

        var before = await AllReadsAsync(people[1], chat);
        Assert.Equal(7, server.Services.GetRequiredService<MessageTail>().Count);
        await server.Services.GetRequiredService<IMessageLog>().CloseAsync();
        Assert.Equal(0, server.Services.GetRequiredService<MessageTail>().Count);

        Assert.Equal(before, await AllReadsAsync(people[1], chat));
    }

    [Fact]
    public async Task Apply_WhileReading_NeverHidesAMessage()
    {
        await using var server = await StartAsync(
            Store.Sqlite,
            ("Hongyan:Delivery:AppendLog", "true"),
            ("Hongyan:Delivery:ApplyDelay", "00:00:00.001"),
            ("Hongyan:Delivery:ApplySort", "7"),
            ("Hongyan:Delivery:ApplyChunk", "3")
        );
        var people = await servers.PeopleAsync(server, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        for (var i = 2; i <= 200; i++)
        {
            var sent = await people[0].SendAsync(chat, $"{i}");

            var page = await people[1].Api.HistoryAsync(chat, limit: 10, cancellationToken: Token);
            var head = await people[1].Api.ConversationAsync(chat, Token);

            Assert.Equal(sent.Seq, page.Messages[^1].Seq);
            Assert.Equal(
                Enumerable.Range((int)page.Messages[0].Seq, page.Messages.Count),
                page.Messages.Select(message => (int)message.Seq)
            );
            Assert.Equal((sent.Seq, sent.Pts), (head.Seq, head.Pts));
        }
    }

    /// <summary>Everything a member can ask about a conversation, as text.</summary>
    private static async Task<string> AllReadsAsync(Hongyan.Load.Person person, ConversationId chat)
    {
        var answers = new List<object?>();
        for (var at = 0; at <= 9; at++)
        {
            for (var limit = 1; limit <= 9; limit++)
            {
                answers.Add(await person.Api.HistoryAsync(chat, after: at, limit: limit, cancellationToken: Token));
                answers.Add(
                    await person.Api.HistoryAsync(chat, before: at + 1, limit: limit, cancellationToken: Token)
                );
                answers.Add(await person.Api.DifferenceAsync(chat, at, limit, Token));
            }
        }

        answers.Add(await person.Api.ConversationAsync(chat, Token));
        answers.Add(await person.Api.ConversationsAsync(cancellationToken: Token));
        return System.Text.Json.JsonSerializer.Serialize(answers);
    }

    private async Task<TestServer> StartAsync(Store store, params (string, string)[] settings) =>
        await TestServer.StartAsync(servers.NewFolder(), await servers.NewStoreAsync(store), settings);

    private static async Task CommitAsync(TestServer server, IReadOnlyList<LogWrite> writes) =>
        await server
            .Services.GetRequiredService<IMessageLog>()
            .CommitAsync(new CommitBatch(writes, server.Services.GetRequiredService<SlotTable>().Epochs), Token);

    private async Task<(ConversationId Conversation, UserId[] Users)> MakeConversationAsync(
        TestServer server,
        int count
    )
    {
        var people = await servers.PeopleAsync(server, count);
        var users = people.Select(person => person.Id).ToArray();
        var conversation = new ConversationId(Random.Shared.NextInt64(1, long.MaxValue));
        await CommitAsync(
            server,
            [
                new LogWrite
                {
                    Conversation = conversation,
                    Create = new NewConversation(ConversationKind.Group, "Log", null, 1),
                    Members =
                    [
                        .. users.Select((user, i) => new MemberWrite(user, MemberRole.Member, i, 0, 0, 0, false)),
                    ],
                },
            ]
        );
        return (conversation, users);
    }

    private static LogWrite Send(ConversationId conversation, UserId sender, long seq) =>
        new()
        {
            Conversation = conversation,
            Message = new MessageWrite(
                seq,
                seq,
                sender,
                Guid.CreateVersion7(),
                1_000 + seq,
                seq,
                """{"kind":"text","text":"雁 \"quoted\""}"""u8.ToArray()
            ),
        };

    private static async Task<HongyanDb> ContextAsync(TestServer server) =>
        await server.Services.GetRequiredService<IDbContextFactory<HongyanDb>>().CreateDbContextAsync(Token);
}
