using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests;

/// <summary>Finding people, asking them, being friends and parting, over real HTTP.</summary>
public sealed class ContactTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Find_ByTheExactHandle_AndByNothingLess(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[1].Api.UpdateProfileAsync(new UpdateProfileRequest("Bob", "长沙", "going south"), Token);
        var handle = people[1].Handle;

        var found = await people[0].Api.FindPersonAsync(handle, Token);
        var shouted = await people[0].Api.FindPersonAsync(handle.ToUpperInvariant(), Token);

        Assert.Equal((people[1].Id, "Bob", Relation.None), (found.Person.Id, found.Person.Name, found.Relation));
        Assert.Equal(("", ""), (found.Region, found.Signature));
        Assert.Equal(found, shouted);
        foreach (var almost in new[] { handle[..^1], handle + "0", handle[..3] + "%", "Bob" })
        {
            Assert.Equal(ErrorCode.NotFound, await people[0].Api.FindPersonAsync(almost, Token).RefusalAsync());
        }

        Assert.Equal(Relation.Self, (await people[1].Api.FindPersonAsync(handle, Token)).Relation);
    }

    [Theory, CombinatorialStores]
    public async Task Request_Accepted_MakesBothContacts_AndOpensTheirConversationWithTheGreeting(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[0].Api.UpdateProfileAsync(new UpdateProfileRequest(Signature: "going south"), Token);

        var sent = await AskAsync(people[0], people[1], "I am Ann\nfrom the lake");
        var waiting = Assert.Single((await people[1].Api.ContactRequestsAsync(cancellationToken: Token)).Items);
        var asker = await people[1].Api.FindPersonAsync(people[0].Handle, Token);
        var asked = await people[0].Api.FindPersonAsync(people[1].Handle, Token);
        var contact = await people[1].Api.AcceptAsync(sent.Id, Token);
        var again = await people[1].Api.AcceptAsync(sent.Id, Token);

        Assert.Equal((false, ContactRequestState.Pending), (sent.IsIncoming, sent.State));
        Assert.Equal(
            (sent.Id, true, "I am Ann\nfrom the lake", people[0].Id),
            (waiting.Id, waiting.IsIncoming, waiting.Greeting, waiting.Person.Id)
        );
        Assert.Equal((Relation.Waiting, Relation.Requested), (asker.Relation, asked.Relation));
        Assert.Equal((sent.Id, sent.Id), (asker.Request, asked.Request));
        Assert.Equal((people[0].Id, "going south"), (contact.Person.Id, contact.Signature));
        Assert.Equal(contact, again);
        Assert.Equal(people[1].Id, Assert.Single((await ContactsAsync(people[0]))).Person.Id);
        Assert.Equal(Relation.Contact, await RelationAsync(people[0], people));
        Assert.Equal(Relation.Contact, await RelationAsync(people[1], people));
        var chat = await people[0].Api.OpenDirectAsync(people[1].Id, Token);
        var same = await people[1].Api.OpenDirectAsync(people[0].Id, Token);
        Assert.Equal((chat.Id, true), (same.Id, same.CanSend));
        var first = Assert.Single((await people[0].Api.HistoryAsync(chat.Id, cancellationToken: Token)).Messages);
        Assert.Equal(new BecameContactsBody("I am Ann\nfrom the lake", people[0].Id), first.Body);
        Assert.Equal(people[1].Id, first.Sender);
        Assert.Equal(ErrorCode.RequestClosed, await people[1].Api.DeclineAsync(sent.Id, Token).RefusalAsync());
        Assert.Equal(ErrorCode.AlreadyContacts, await AskAsync(people[0], people[1]).RefusalAsync());
    }

    [Theory, CombinatorialStores]
    public async Task Request_CanBeAnsweredByItsRecipientOnly(Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        var request = await AskAsync(people[0], people[1]);

        foreach (var other in new[] { people[0], people[2] })
        {
            Assert.Equal(ErrorCode.NotFound, await other.Api.AcceptAsync(request.Id, Token).RefusalAsync());
            Assert.Equal(ErrorCode.NotFound, await other.Api.DeclineAsync(request.Id, Token).RefusalAsync());
        }

        Assert.Equal(
            ErrorCode.NotFound,
            await people[1].Api.AcceptAsync(new ContactRequestId(4711), Token).RefusalAsync()
        );
        Assert.Empty(await ContactsAsync(people[1]));
    }

    [Theory, CombinatorialStores]
    public async Task Request_Declined_IsNotToldToWhoSentIt(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var request = await AskAsync(people[0], people[1], "please");

        var declined = await people[1].Api.DeclineAsync(request.Id, Token);
        await people[1].Api.DeclineAsync(request.Id, Token);

        Assert.Equal(ContactRequestState.Declined, declined.State);
        Assert.Equal(ContactRequestState.Pending, await StateAsync(people[0]));
        Assert.Equal(ContactRequestState.Declined, await StateAsync(people[1]));
        Assert.Equal(Relation.Requested, (await people[0].Api.FindPersonAsync(people[1].Handle, Token)).Relation);
        Assert.Equal(Relation.None, (await people[1].Api.FindPersonAsync(people[0].Handle, Token)).Relation);
        var renewed = await AskAsync(people[0], people[1], "pretty please");
        Assert.Equal((request.Id, "pretty please"), (renewed.Id, renewed.Greeting));
        Assert.Equal(ContactRequestState.Pending, await StateAsync(people[1]));
        await people[1].Api.DeclineAsync(request.Id, Token);
        // Who has been asked and asks back becomes a contact, declined before or not.
        Assert.Equal(ContactRequestState.Accepted, (await AskAsync(people[1], people[0])).State);
        Assert.Single(await ContactsAsync(people[0]));
    }

    [Theory, CombinatorialStores]
    public async Task Requests_BothWaysAtOnce_MakeOneFriendshipAndOneConversation(Store store)
    {
        var people = await servers.PeopleAsync(store, 12);
        var pairs = people.Chunk(2).ToList();

        await Task.WhenAll(
            pairs.SelectMany(pair => new[] { AskAsync(pair[0], pair[1], "a"), AskAsync(pair[1], pair[0], "b") })
        );

        foreach (var pair in pairs)
        {
            Assert.Equal(pair[1].Id, Assert.Single(await ContactsAsync(pair[0])).Person.Id);
            Assert.Equal(pair[0].Id, Assert.Single(await ContactsAsync(pair[1])).Person.Id);
            var chat = await pair[0].Api.OpenDirectAsync(pair[1].Id, Token);
            var messages = (await pair[1].Api.HistoryAsync(chat.Id, cancellationToken: Token)).Messages;
            Assert.IsType<BecameContactsBody>(Assert.Single(messages).Body);
        }
    }

    [Theory, CombinatorialStores]
    public async Task Requests_OverAndOverAtOnce_AreOne(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);

        var requests = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => AskAsync(people[0], people[1], $"{i}")));

        Assert.Single(requests.Select(request => request.Id).Distinct());
        Assert.Single((await people[1].Api.ContactRequestsAsync(cancellationToken: Token)).Items);
    }

    [Theory, CombinatorialStores]
    public async Task Accept_AndPart_AtOnce_LeavesNobodyAbleToWriteWhoIsNoFriend(Store store)
    {
        var people = await servers.PeopleAsync(store, 16);
        await Task.WhenAll(people.Chunk(2).Select(pair => MeetAndPartAsync(pair[0], pair[1])));

        static async Task MeetAndPartAsync(Person one, Person other)
        {
            var request = await AskAsync(one, other);
            var accepting = other.Api.AcceptAsync(request.Id, Token);
            while (!accepting.IsCompleted)
            {
                await one.Api.RemoveContactAsync(other.Id, Token);
            }

            await ((Task)accepting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await one.Api.RemoveContactAsync(other.Id, Token);
            Assert.Empty(await ContactsAsync(one));
            foreach (var head in (await one.Api.ConversationsAsync(cancellationToken: Token)).Items)
            {
                if (head.Peer is not null)
                {
                    Assert.False(head.CanSend);
                    Assert.Equal(ErrorCode.NotContacts, await one.SendAsync(head.Id, "hello?").RefusalAsync());
                }
            }
        }
    }

    [Theory, CombinatorialStores]
    public async Task Remove_EndsItForBoth_AndARetryAnswersTheSame(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);

        await people[0].Api.RemoveContactAsync(people[1].Id, Token);
        await people[0].Api.RemoveContactAsync(people[1].Id, Token);
        await people[0].Api.RemoveContactAsync(new UserId(4711), Token);

        Assert.Empty(await ContactsAsync(people[0]));
        Assert.Empty(await ContactsAsync(people[1]));
        Assert.Equal(ErrorCode.NotContacts, await people[1].Api.OpenDirectAsync(people[0].Id, Token).RefusalAsync());
        Assert.Equal(ErrorCode.NotContacts, await people[1].SendAsync(chat, "hello?").RefusalAsync());
        // The old request is spent; a new one begins from the start, and leads to the same conversation.
        Assert.Equal(chat, await people[1].BefriendAsync(people[0]));
        await people[1].SendAsync(chat, "hello!");
    }

    [Theory, CombinatorialStores]
    public async Task Direct_IsOpenedByFriendsOnly(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await AskAsync(people[0], people[1]);

        foreach (var user in new[] { people[1].Id, people[0].Id, new UserId(4711) })
        {
            Assert.Equal(ErrorCode.NotContacts, await people[0].Api.OpenDirectAsync(user, Token).RefusalAsync());
        }
    }

    [Theory, CombinatorialStores]
    public async Task List_IsSortedByPinyinOrLatinInitial_SignsLast_WhateverThePages(Store store)
    {
        string[] sorted =
        [
            "Alice",
            "阿明",
            "Émile",
            "李雷",
            "Łukasz",
            "任我行",
            "bob",
            "曾国藩",
            "张伟",
            "42",
            "🪿 goose",
        ];
        string[] letters = ["A", "A", "E", "L", "L", "R", "B", "Z", "Z", "#", "#"];
        var expected = sorted
            .Zip(letters)
            .OrderBy(pair => pair.Second == "#")
            .ThenBy(pair => pair.Second, StringComparer.Ordinal)
            .ToList();
        var people = await servers.PeopleAsync(store, sorted.Length + 1);
        var host = people[^1];
        for (var i = 0; i < sorted.Length; i++)
        {
            // The other way round, so that the order of befriending is not the order of the list.
            var friend = people[sorted.Length - 1 - i];
            await friend.Api.UpdateProfileAsync(new UpdateProfileRequest(sorted[i]), Token);
            await host.BefriendAsync(friend);
        }

        foreach (var limit in new[] { 1, 3, 200 })
        {
            var listed = await ContactsAsync(host, limit);
            Assert.Equal(expected.Select(pair => pair.Second), listed.Select(contact => contact.Initial));
            Assert.Equal(
                expected.Select(pair => pair.First).Order(StringComparer.Ordinal),
                listed.Select(contact => contact.Person.Name).Order(StringComparer.Ordinal)
            );
            Assert.Equal(
                listed
                    .OrderBy(contact => contact.Initial == "#")
                    .ThenBy(contact => contact.SortKey, StringComparer.Ordinal)
                    .Select(contact => contact.Person.Name),
                listed.Select(contact => contact.Person.Name)
            );
        }
    }

    [Theory, CombinatorialStores]
    public async Task Lists_RefusePagesThatAreNone(Store store)
    {
        var person = (await servers.PeopleAsync(store, 1))[0];

        foreach (var limit in new[] { -1, 0, 201 })
        {
            Assert.Equal(ErrorCode.InvalidRequest, await person.Api.ContactsAsync(null, limit, Token).RefusalAsync());
            Assert.Equal(
                ErrorCode.InvalidRequest,
                await person.Api.ContactRequestsAsync(null, limit, Token).RefusalAsync()
            );
        }

        foreach (var after in new[] { "", "nonsense", "1.2.3", new string('a', 500) })
        {
            Assert.Equal(ErrorCode.InvalidRequest, await person.Api.ContactsAsync(after, 5, Token).RefusalAsync());
            Assert.Equal(
                ErrorCode.InvalidRequest,
                await person.Api.ContactRequestsAsync(after, 5, Token).RefusalAsync()
            );
        }
    }

    [Theory, CombinatorialStores]
    public async Task Requests_AreListedNewestFirst_Paged(Store store)
    {
        var people = await servers.PeopleAsync(store, 6);
        var sent = new List<ContactRequestId>();
        foreach (var other in people.Skip(1))
        {
            sent.Insert(0, (await AskAsync(people[0], other)).Id);
        }

        var listed = new List<ContactRequestId>();
        string? after = null;
        do
        {
            var page = await people[0].Api.ContactRequestsAsync(after, 2, Token);
            listed.AddRange(page.Items.Select(request => request.Id));
            after = page.Next;
        } while (after is not null);

        Assert.Equal(sent, listed);
    }

    [Theory, CombinatorialStores]
    public async Task Request_HasLimits(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);

        Assert.Equal(ErrorCode.SelfContact, await AskAsync(people[0], people[0]).RefusalAsync());
        Assert.Equal(
            ErrorCode.InvalidRequest,
            await AskAsync(people[0], people[1], new string('雁', 201)).RefusalAsync()
        );
        Assert.Equal(
            ErrorCode.NotFound,
            await people[0].Api.RequestContactAsync(new SendContactRequest(new UserId(4711)), Token).RefusalAsync()
        );
        var longest = await AskAsync(people[0], people[1], new string('雁', 200));
        Assert.Equal(200, longest.Greeting.Length);
    }

    [Fact]
    public async Task Searches_AndRequests_AreLimitedByPerson_AndSayHowLongToWait()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:PersonSearchPerUser:Burst", "2"),
            ("Hongyan:Limits:PersonSearchPerUser:PerMinute", "1"),
            ("Hongyan:Limits:ContactRequestPerUser:Burst", "2"),
            ("Hongyan:Limits:ContactRequestPerUser:PerMinute", "1")
        );
        var people = await servers.PeopleAsync(server, 3);

        await people[0].Api.FindPersonAsync(people[1].Handle, Token);
        await people[0].Api.FindPersonAsync(people[2].Handle, Token);
        var search = await Assert.ThrowsAsync<HongyanException>(() =>
            people[0].Api.FindPersonAsync(people[1].Handle, Token)
        );
        await AskAsync(people[0], people[1]);
        await AskAsync(people[0], people[2]);
        var request = await Assert.ThrowsAsync<HongyanException>(() => AskAsync(people[0], people[1], "again"));

        foreach (var refused in new[] { search, request })
        {
            Assert.Equal((ErrorCode.RateLimited, true), (refused.Code, refused.IsRetryable));
            Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }

        await people[1].Api.FindPersonAsync(people[0].Handle, Token);
    }

    private static Task<ContactRequest> AskAsync(Person from, Person to, string greeting = "") =>
        from.Api.RequestContactAsync(new SendContactRequest(to.Id, greeting), Token);

    private static async Task<ContactRequestState> StateAsync(Person person) =>
        Assert.Single((await person.Api.ContactRequestsAsync(cancellationToken: Token)).Items).State;

    private static async Task<Relation> RelationAsync(Person person, Person[] people)
    {
        var other = people.Single(candidate => candidate != person);
        return (await person.Api.PersonAsync(other.Id, Token)).Relation;
    }

    private static async Task<List<Contact>> ContactsAsync(Person person, int limit = 50)
    {
        var contacts = new List<Contact>();
        string? after = null;
        do
        {
            var page = await person.Api.ContactsAsync(after, limit, Token);
            Assert.InRange(page.Items.Count, 0, limit);
            contacts.AddRange(page.Items);
            after = page.Next;
        } while (after is not null);

        return contacts;
    }
}
