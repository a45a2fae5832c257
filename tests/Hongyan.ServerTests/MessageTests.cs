using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

public sealed class MessageTests(Servers servers)
{
    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Send_ReachesEveryDevice_InOrder(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var sender = await people[0].ConnectAsync();
        await using var otherDevice = await ConnectAgainAsync(people[0]);
        await using var receiver = await people[1].ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            await sender.SendAsync(chat, Guid.CreateVersion7(), new TextBody($"消息 {i} 🪿"), Token);
        }

        foreach (var device in new[] { otherDevice, receiver })
        {
            for (var i = 0; i < 20; i++)
            {
                var pushed = await device.NextAsync<Pushed>();
                Assert.Equal(new TextBody($"消息 {i} 🪿"), pushed.Message.Body);
                Assert.Equal(i + 2, pushed.Message.Seq); // the first says that they became contacts
            }
        }
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Send_RetriedOnAnotherConnectionAndOverHttp_ReturnsTheFirstAnswer(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var id = Guid.CreateVersion7();
        Ack first;
        await using (var connection = await people[0].ConnectAsync())
        {
            first = await connection.SendAsync(chat, id, new TextBody("once"), Token);
        }

        await using var again = await people[0].ConnectAsync();
        var second = await again.SendAsync(chat, id, new TextBody("once"), Token);
        var third = await people[0].Api.SendAsync(chat, new SendMessageRequest(id, new TextBody("once")), Token);

        Assert.Equal(first, second);
        Assert.Equal(first.Seq, third.Seq);
        Assert.Single(
            (await people[1].Api.HistoryAsync(chat, cancellationToken: Token)).Messages,
            message => message.ClientId == id
        );
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Send_WithAClientIdOfAnotherMessage_IsRefused_AndTheConnectionLives(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var connection = await people[0].ConnectAsync();
        var id = Guid.CreateVersion7();
        await connection.SendAsync(chat, id, new TextBody("one"), Token);

        var code = await connection.SendAsync(chat, id, new TextBody("two"), Token).RefusalAsync();
        var next = await connection.SendAsync(chat, Guid.CreateVersion7(), new TextBody("three"), Token);

        Assert.Equal(ErrorCode.ClientIdReused, code);
        Assert.Equal(3, next.Seq);
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task History_IsPagedInBothDirections(Store store)
    {
        var people = await servers.PeopleAsync(store, 1);
        var notes = (await people[0].Api.OpenNotesAsync(Token)).Id;
        for (var i = 1; i <= 25; i++)
        {
            await people[0].SendAsync(notes, $"{i}");
        }

        var newest = await people[0].Api.HistoryAsync(notes, limit: 10, cancellationToken: Token);
        var older = await people[0].Api.HistoryAsync(notes, before: 16, limit: 10, cancellationToken: Token);
        var newer = await people[0].Api.HistoryAsync(notes, after: 20, limit: 10, cancellationToken: Token);

        Assert.Equal(Range(16, 25), newest.Messages.Select(message => message.Seq));
        Assert.True(newest.HasMore);
        Assert.Equal(Range(6, 15), older.Messages.Select(message => message.Seq));
        Assert.Equal(Range(21, 25), newer.Messages.Select(message => message.Seq));
        Assert.False(newer.HasMore);
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Difference_CutByItsLimit_GoesOnWhereItEnded(Store store)
    {
        var people = await servers.PeopleAsync(store, 1);
        var notes = (await people[0].Api.OpenNotesAsync(Token)).Id;
        for (var i = 1; i <= 7; i++)
        {
            await people[0].SendAsync(notes, $"{i}");
        }

        var first = await people[0].Api.DifferenceAsync(notes, 2, 3, Token);
        var second = await people[0].Api.DifferenceAsync(notes, first.Pts, 3, Token);

        Assert.Equal(Range(3, 5), first.Messages.Select(message => message.Pts));
        Assert.False(first.IsComplete);
        Assert.Equal(Range(6, 7), second.Messages.Select(message => message.Pts));
        Assert.True(second.IsComplete);
        Assert.Equal(7, second.Pts);
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Mark_ReachesThePeer_AndTheOwnOtherDevice(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await people[0].SendAsync(chat, "read me");
        await using var author = await people[0].ConnectAsync();
        await using var reader = await people[1].ConnectAsync();
        await using var readersOther = await ConnectAgainAsync(people[1]);

        await reader.PostAsync(new Mark(chat, Delivered: 2), Token);
        var delivered = await author.NextAsync<Marks>();
        await reader.PostAsync(new Mark(chat, Read: 2), Token);
        var read = await author.NextAsync<Marks>();
        var own = await readersOther.NextAsync<PersonalPushed>();

        Assert.Equal(new Marks(chat, people[1].Id, 0, 2), delivered);
        Assert.Equal(new Marks(chat, people[1].Id, 2, 2), read);
        Assert.Equal(new Contracts.Sync.ReadMoved(chat, 2), own.Change);
        var head = await people[0].Api.ConversationAsync(chat, Token);
        Assert.Equal((2, 2), (head.PeerReadSeq, head.PeerDeliveredSeq));
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Typing_ReachesTheOthersOnly(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var one = await people[0].ConnectAsync();
        await using var other = await people[1].ConnectAsync();

        await one.PostAsync(new SetTyping(chat), Token);

        Assert.Equal(new Typing(chat, people[0].Id), await other.NextAsync<Typing>());
        var (_, isInStep) = await one.PingAsync(Token);
        Assert.True(isInStep);
        Assert.False(one.Frames.TryRead(out _));
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Strangers_GetTheSameAnswerAsForWhatIsNotThere(Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        var chat = await people[0].BefriendAsync(people[1]);
        var stranger = people[2];
        await using var connection = await stranger.ConnectAsync();

        foreach (var conversation in new[] { chat, new ConversationId(4711) })
        {
            Assert.Equal(ErrorCode.NotFound, await stranger.SendAsync(conversation, "hello").RefusalAsync());
            Assert.Equal(
                ErrorCode.NotFound,
                await stranger.Api.HistoryAsync(conversation, cancellationToken: Token).RefusalAsync()
            );
            Assert.Equal(
                ErrorCode.NotFound,
                await stranger.Api.DifferenceAsync(conversation, 0, null, Token).RefusalAsync()
            );
            Assert.Equal(ErrorCode.NotFound, await stranger.Api.ConversationAsync(conversation, Token).RefusalAsync());
            Assert.Equal(
                ErrorCode.NotFound,
                await stranger.Api.MembersAsync(conversation, cancellationToken: Token).RefusalAsync()
            );
            Assert.Equal(
                ErrorCode.NotFound,
                await stranger.Api.MarkAsync(conversation, new MarkRequest(Read: 1), Token).RefusalAsync()
            );
            Assert.Equal(
                ErrorCode.NotFound,
                await connection.HistoryAsync(conversation, cancellationToken: Token).RefusalAsync()
            );
            Assert.Equal(
                ErrorCode.NotFound,
                await connection.SendAsync(conversation, Guid.CreateVersion7(), new TextBody("x"), Token).RefusalAsync()
            );
        }
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Group_LivesFromItsMakingToTheLastLeave(Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        await people[0].BefriendAsync(people[1]);
        await people[0].BefriendAsync(people[2]);
        await using var member = await people[1].ConnectAsync();
        var request = new CreateGroupRequest(Guid.CreateVersion7(), "大雁", [people[1].Id, people[2].Id]);

        var group = await people[0].Api.CreateGroupAsync(request, Token);
        var again = await people[0].Api.CreateGroupAsync(request, Token);
        var seen = await member.NextAsync<PersonalPushed>();
        var renamed = await people[0]
            .Api.RenameGroupAsync(group.Id, new RenameGroupRequest(Guid.CreateVersion7(), "Geese"), Token);
        var refused = await people[1]
            .Api.RenameGroupAsync(group.Id, new RenameGroupRequest(Guid.CreateVersion7(), "Mine"), Token)
            .RefusalAsync();
        await people[0].Api.LeaveGroupAsync(group.Id, Token);
        await people[0].Api.LeaveGroupAsync(group.Id, Token);
        var afterwards = await people[0].Api.HistoryAsync(group.Id, cancellationToken: Token).RefusalAsync();
        var heir = await people.Skip(1).MinBy(person => person.Id.Value)!.Api.ConversationAsync(group.Id, Token);

        Assert.Equal(group.Id, again.Id);
        Assert.Equal("大雁", Assert.IsType<Contracts.Sync.ConversationChanged>(seen.Change).Head.Title);
        Assert.Equal("Geese", renamed.Title);
        Assert.Equal(ErrorCode.Forbidden, refused);
        Assert.Equal(ErrorCode.NotFound, afterwards);
        Assert.Equal((MemberRole.Owner, 2), (heir.Role, heir.MemberCount));
        var history = await people[2].Api.HistoryAsync(group.Id, cancellationToken: Token);
        Assert.Equal(
            [typeof(GroupCreatedBody), typeof(GroupRenamedBody), typeof(MemberLeftBody)],
            history.Messages.Select(message => message.Body.GetType())
        );
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Group_RenamedOrLeft_ReachesTheHeadsOfTheOthers(Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        await people[0].BefriendAsync(people[1]);
        await people[0].BefriendAsync(people[2]);
        await using var member = await people[1].ConnectAsync();
        var request = new CreateGroupRequest(Guid.CreateVersion7(), "大雁", [people[1].Id, people[2].Id]);

        var group = await people[0].Api.CreateGroupAsync(request, Token);
        var made = await member.NextAsync<PersonalPushed>();
        await people[0].Api.RenameGroupAsync(group.Id, new RenameGroupRequest(Guid.CreateVersion7(), "Geese"), Token);
        var renamed = await member.NextAsync<PersonalPushed>();
        await people[2].Api.LeaveGroupAsync(group.Id, Token);
        var smaller = await member.NextAsync<PersonalPushed>();

        Assert.Equal([("大雁", 3), ("Geese", 3), ("Geese", 2)], new[] { made, renamed, smaller }.Select(HeadOf));

        static (string?, int) HeadOf(PersonalPushed pushed)
        {
            var head = Assert.IsType<Contracts.Sync.ConversationChanged>(pushed.Change).Head;
            return (head.Title, head.MemberCount);
        }
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task RemovedContact_EndsWriting_AndKeepsTheHistory(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await people[0].SendAsync(chat, "before");

        await people[1].Api.RemoveContactAsync(people[0].Id, Token);

        Assert.Equal(ErrorCode.NotContacts, await people[0].SendAsync(chat, "after").RefusalAsync());
        Assert.False((await people[0].Api.ConversationAsync(chat, Token)).CanSend);
        Assert.Equal(2, (await people[0].Api.HistoryAsync(chat, cancellationToken: Token)).Messages.Count);
        await people[0].BefriendAsync(people[1]);
        await people[0].SendAsync(chat, "again");
    }

    [Theory, CombinatorialStores(Both = BothOf.StoresAndSockets)]
    public async Task Restart_LosesNothingThatWasAcknowledged_AndKnowsEveryRetry(Store store)
    {
        var folder = servers.NewFolder();
        var settings = await servers.NewStoreAsync(store);
        var sends = new List<(Guid Id, MessageSent Sent)>();
        ConversationId notes;
        Load.Person ann;
        await using (var before = await TestServer.StartAsync(folder, settings))
        {
            ann = (await servers.PeopleAsync(before, 1))[0];
            notes = (await ann.Api.OpenNotesAsync(Token)).Id;
            for (var i = 0; i < 20; i++)
            {
                var id = Guid.CreateVersion7();
                var request = new SendMessageRequest(id, new TextBody($"{i}"));
                sends.Add((id, await ann.Api.SendAsync(notes, request, Token)));
            }
        }

        await using var after = await TestServer.StartAsync(folder, settings);
        using var api = new HongyanApi(after.Address, new MovedSession((await ann.Api.SessionAsync(Token))!));
        for (var i = 0; i < sends.Count; i++)
        {
            var retried = await api.SendAsync(notes, new SendMessageRequest(sends[i].Id, new TextBody($"{i}")), Token);
            Assert.Equal(sends[i].Sent, retried);
        }

        var history = await api.HistoryAsync(notes, cancellationToken: Token);
        Assert.Equal(sends.Select(send => send.Id), history.Messages.Select(message => message.ClientId));
    }

    private static IEnumerable<long> Range(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => (long)i);

    /// <summary>Another device of the same person.</summary>
    private static async Task<HongyanConnection> ConnectAgainAsync(Load.Person person)
    {
        using var api = new HongyanApi(person.Api.Server);
        await api.SignInAsync(
            new Contracts.Accounts.SignInRequest(
                person.Handle,
                Load.Person.Password,
                new Contracts.Accounts.Device("second", Contracts.Accounts.DeviceKind.Phone)
            ),
            Token
        );
        return await HongyanConnection.ConnectAsync(
            api.Server,
            await api.AccessTokenAsync(cancellationToken: Token),
            cancellationToken: Token
        );
    }

    /// <summary>A kept session, for a server that has come up at another address.</summary>
    private sealed class MovedSession(StoredSession session) : ISessionStore
    {
        private StoredSession? _session = session;

        public ValueTask<StoredSession?> LoadAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(_session);

        public ValueTask SaveAsync(StoredSession? session, CancellationToken cancellationToken)
        {
            _session = session;
            return ValueTask.CompletedTask;
        }
    }
}
