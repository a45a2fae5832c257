using Hongyan.Client;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.Security;

/// <summary>Contrary things at the same moment: whatever comes first, what is left is one truth.</summary>
public sealed class RaceTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Contacts_AskedAnsweredAndEndedAtOnce_EndInOneState_ThatDecidesWhoMayWrite(Store store)
    {
        var people = await servers.PeopleAsync(store, 12);

        await Task.WhenAll(people.Chunk(2).Select((pair, seed) => QuarrelAsync(pair[0], pair[1], seed)));
    }

    [Theory, CombinatorialStores]
    public async Task Leave_WhileOthersSend_ShowsNothingOfWhatCameAfter(Store store)
    {
        var people = await servers.PeopleAsync(store, 4);
        foreach (var other in people[1..])
        {
            await people[0].BefriendAsync(other);
        }

        for (var round = 0; round < 5; round++)
        {
            var group = await people[0]
                .Api.CreateGroupAsync(
                    new CreateGroupRequest(
                        people[0].Api.Clock.NewId(),
                        "Geese",
                        [.. people[1..].Select(person => person.Id)]
                    ),
                    Token
                );
            await using var staying = await people[1].ConnectAsync();
            await using var leaving = await people[3].ConnectAsync();
            var senders = people[..3].Select(TalkAsync);
            var left = LeaveAsync();
            await Task.WhenAll([.. senders, left]);
            await leaving.PingAsync(Token);

            var history = await AllAsync(people[0], group);
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(message => (int)message.Seq));
            var leave = Assert.Single(history, message => message.Body is MemberLeftBody);
            while (leaving.Frames.TryRead(out var frame))
            {
                if (frame is Pushed { Message: var message } && message.Conversation == group.Id)
                {
                    Assert.InRange(message.Seq, 1, leave.Seq);
                }
            }

            Assert.Equal(
                ErrorCode.NotFound,
                await people[3].Api.HistoryAsync(group.Id, cancellationToken: Token).RefusalAsync()
            );
            Assert.Equal(ErrorCode.NotFound, await people[3].SendAsync(group.Id, "still here?").RefusalAsync());

            async Task LeaveAsync()
            {
                await leaving.NextAsync<Pushed>(pushed => pushed.Message.Conversation == group.Id);
                await people[3].Api.LeaveGroupAsync(group.Id, Token);
            }

            async Task TalkAsync(Person person)
            {
                for (var i = 0; i < 20; i++)
                {
                    await person.SendAsync(group.Id, $"message {i}");
                }
            }
        }
    }

    [Fact]
    public async Task Revoke_WhileTheDeviceConnects_LeavesNoSocketOpen()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var http = new RawHttp(server.Address);
        var person = await http.NewPersonAsync();
        for (var round = 0; round < 20; round++)
        {
            var device = await http.SignInAsync(person);
            await using var socket = await RawSocket.OpenAsync(server.Address);

            var hello = socket.SayAsync(RawSocket.Hello(device.AccessToken));
            var revoking = http.CallAsync(HttpMethod.Delete, $"/api/sessions/{device.Session}", person.AccessToken);
            await hello;

            Assert.Equal(204, (await revoking).Status);
            Assert.Equal(CloseCode.SessionRevoked, await socket.CloseCodeAsync());
        }
    }

    [Theory, CombinatorialStores]
    public async Task Revoke_WhileTheDeviceRefreshes_LeavesNoTokenThatIsGood(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var person = await http.NewPersonAsync();
        for (var round = 0; round < 5; round++)
        {
            var device = await http.SignInAsync(person);

            var refreshes = Enumerable.Range(0, 8).Select(_ => http.RefreshAsync(device.RefreshToken)).ToList();
            var revoked = await http.CallAsync(
                HttpMethod.Delete,
                $"/api/sessions/{device.Session}",
                person.AccessToken
            );
            var answers = await Task.WhenAll(refreshes);

            Assert.Equal(204, revoked.Status);
            foreach (var good in answers.Where(answer => answer.Status == 200).Select(SignedInDevice.Of))
            {
                Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", good.AccessToken)).Code);
                Assert.Equal(ErrorCode.InvalidRefreshToken, (await http.RefreshAsync(good.RefreshToken)).Code);
            }
        }
    }

    private static async Task<List<Message>> AllAsync(Person person, ConversationHead group)
    {
        var messages = new List<Message>();
        HistoryPage page;
        do
        {
            page = await person.Api.HistoryAsync(
                group.Id,
                after: messages.Count == 0 ? 0 : messages[^1].Seq,
                cancellationToken: Token
            );
            messages.AddRange(page.Messages);
        } while (page.HasMore);

        return messages;
    }

    /// <summary>Two people with two devices each, who cannot make up their minds.</summary>
    private static async Task QuarrelAsync(Person one, Person other, int seed)
    {
        await Task.WhenAll(
            ActAsync(one, other, new Random(seed)),
            ActAsync(one, other, new Random(seed + 1000)),
            ActAsync(other, one, new Random(seed + 2000)),
            ActAsync(other, one, new Random(seed + 3000))
        );

        var isContact = (await ContactsAsync(one)).Any(contact => contact.Person.Id == other.Id);
        Assert.Equal(isContact, (await ContactsAsync(other)).Any(contact => contact.Person.Id == one.Id));
        foreach (var (person, peer) in new[] { (one, other), (other, one) })
        {
            var heads = (await person.Api.ConversationsAsync(cancellationToken: Token)).Items;
            var chat = heads.SingleOrDefault(head => head.Peer?.Id == peer.Id);
            if (chat is not null)
            {
                Assert.Equal(isContact, chat.CanSend);
                var sending = person.SendAsync(chat.Id, "and now?");
                if (isContact)
                {
                    await sending;
                }
                else
                {
                    Assert.Equal(ErrorCode.NotContacts, await sending.RefusalAsync());
                }
            }

            await CheckChangesAsync(person);
        }
    }

    private static async Task ActAsync(Person me, Person other, Random random)
    {
        for (var i = 0; i < 15; i++)
        {
            var requests = await me.Api.ContactRequestsAsync(cancellationToken: Token);
            var open = requests.Items.FirstOrDefault(request => request.IsIncoming);
            Task action = random.Next(6) switch
            {
                0 or 1 => me.Api.RequestContactAsync(new SendContactRequest(other.Id, "please"), Token),
                2 when open is not null => me.Api.AcceptAsync(open.Id, Token),
                3 when open is not null => me.Api.DeclineAsync(open.Id, Token),
                4 => me.Api.OpenDirectAsync(other.Id, Token),
                _ => me.Api.RemoveContactAsync(other.Id, Token),
            };
            try
            {
                await action;
            }
            catch (HongyanException exception)
            {
                Assert.Contains(
                    exception.Code,
                    (string[])
                        [ErrorCode.RequestClosed, ErrorCode.AlreadyContacts, ErrorCode.NotContacts, ErrorCode.NotFound]
                );
            }
        }
    }

    /// <summary>What a device knows that heard of everything is what one that asks afresh is told.</summary>
    private static async Task CheckChangesAsync(Person person)
    {
        var changes = (await person.Api.ChangesAsync(0, cancellationToken: Token)).Changes;

        Assert.Equal(
            (await ContactsAsync(person)).Select(contact => contact.Person.Id.Value).Order(),
            changes.OfType<ContactChanged>().Select(change => change.Contact.Person.Id.Value).Order()
        );
        Assert.Equal(
            (await person.Api.ContactRequestsAsync(cancellationToken: Token))
                .Items.Select(request => (request.Id.Value, request.State))
                .Order(),
            changes.OfType<RequestChanged>().Select(change => (change.Request.Id.Value, change.Request.State)).Order()
        );
    }

    private static async Task<IReadOnlyList<Contact>> ContactsAsync(Person person) =>
        (await person.Api.ContactsAsync(cancellationToken: Token)).Items;
}
