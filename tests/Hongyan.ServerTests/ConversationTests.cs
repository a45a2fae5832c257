using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests;

/// <summary>The kinds of conversations, and the lists of them and of who is in them.</summary>
public sealed class ConversationTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Notes_AreThereFromTheStart_OneForAPerson_OnEveryDevice(Store store)
    {
        var person = (await servers.PeopleAsync(store, 1))[0];
        var listed = Assert.Single((await person.Api.ConversationsAsync(cancellationToken: Token)).Items);
        using var other = new HongyanApi(person.Api.Server);
        await other.SignInAsync(
            new SignInRequest(person.Handle, Person.Password, new Device("phone", DeviceKind.Phone)),
            Token
        );
        await using var phone = await HongyanConnection.ConnectAsync(
            other.Server,
            await other.AccessTokenAsync(cancellationToken: Token),
            cancellationToken: Token
        );

        var opened = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? other : person.Api).OpenNotesAsync(Token))
        );
        await person.SendAsync(listed.Id, "from the desk to the pocket");

        Assert.Equal((ConversationKind.Notes, 1, MemberRole.Owner), (listed.Kind, listed.MemberCount, listed.Role));
        Assert.All(opened, notes => Assert.Equal(listed.Id, notes.Id));
        var pushed = await phone.NextAsync<Pushed>();
        Assert.Equal(
            (listed.Id, new TextBody("from the desk to the pocket")),
            (pushed.Message.Conversation, pushed.Message.Body)
        );
        Assert.Equal(
            pushed.Message,
            Assert.Single((await other.HistoryAsync(listed.Id, cancellationToken: Token)).Messages)
        );
    }

    [Theory, CombinatorialStores]
    public async Task Direct_OpenedByBothAtOnce_IsOne(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[0].BefriendAsync(people[1]);

        var opened = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => people[i % 2].Api.OpenDirectAsync(people[1 - (i % 2)].Id, Token))
        );

        Assert.Single(opened.Select(head => head.Id).Distinct());
        Assert.All(opened, head => Assert.Equal(ConversationKind.Direct, head.Kind));
        Assert.Equal((people[1].Id, people[0].Id), (opened[0].Peer!.Id, opened[1].Peer!.Id));
    }

    [Theory, CombinatorialStores]
    public async Task Group_IsMadeOfContactsOnly_WithinItsLimits(Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        await people[0].BefriendAsync(people[1]);

        Assert.Equal(ErrorCode.NotContacts, await CreateAsync("Geese", people[1].Id, people[2].Id).RefusalAsync());
        Assert.Equal(ErrorCode.NotContacts, await CreateAsync("Geese", new UserId(4711)).RefusalAsync());
        Assert.Equal(ErrorCode.InvalidMemberCount, await CreateAsync("Geese").RefusalAsync());
        Assert.Equal(ErrorCode.InvalidMemberCount, await CreateAsync("Geese", people[0].Id).RefusalAsync());
        var tooMany = Enumerable.Range(1, 500).Select(i => new UserId(i)).ToArray();
        Assert.Equal(ErrorCode.InvalidMemberCount, await CreateAsync("Geese", tooMany).RefusalAsync());
        Assert.Equal(ErrorCode.InvalidTitle, await CreateAsync(" ", people[1].Id).RefusalAsync());
        Assert.Equal(ErrorCode.InvalidTitle, await CreateAsync(new string('雁', 65), people[1].Id).RefusalAsync());
        var made = await CreateAsync(new string('雁', 64), people[1].Id, people[1].Id, people[0].Id);
        Assert.Equal((2, MemberRole.Owner), (made.MemberCount, made.Role));
        Assert.Equal(
            ErrorCode.InvalidClientId,
            await people[0]
                .Api.CreateGroupAsync(new CreateGroupRequest(Guid.NewGuid(), "Geese", [people[1].Id]), Token)
                .RefusalAsync()
        );

        Task<ConversationHead> CreateAsync(string title, params UserId[] members) =>
            people[0].Api.CreateGroupAsync(new CreateGroupRequest(Guid.CreateVersion7(), title, members), Token);
    }

    [Theory, CombinatorialStores]
    public async Task Group_MadeTwiceAtOnceByOneRequest_IsOne(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[0].BefriendAsync(people[1]);
        var request = new CreateGroupRequest(Guid.CreateVersion7(), "Geese", [people[1].Id]);

        var made = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => people[0].Api.CreateGroupAsync(request, Token))
        );

        Assert.Single(made.Select(head => head.Id).Distinct());
        Assert.Single(
            (await people[1].Api.ConversationsAsync(cancellationToken: Token)).Items,
            head => head.Kind == ConversationKind.Group
        );
        Assert.Equal(
            ErrorCode.ClientIdReused,
            await people[0].Api.CreateGroupAsync(request with { Title = "Ducks" }, Token).RefusalAsync()
        );
    }

    [Theory, CombinatorialStores]
    public async Task Rename_Retried_IsOne_AndWithAnotherNameIsRefused(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[0].BefriendAsync(people[1]);
        var create = new CreateGroupRequest(Guid.CreateVersion7(), "Geese", [people[1].Id]);
        var group = (await people[0].Api.CreateGroupAsync(create, Token)).Id;
        var rename = new RenameGroupRequest(Guid.CreateVersion7(), "大雁");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => people[0].Api.RenameGroupAsync(group, rename, Token)));
        await people[0].Api.RenameGroupAsync(group, new RenameGroupRequest(Guid.CreateVersion7(), "Ducks"), Token);
        var late = await people[0].Api.RenameGroupAsync(group, rename, Token);

        Assert.Equal("Ducks", late.Title);
        var history = await people[1].Api.HistoryAsync(group, cancellationToken: Token);
        Assert.Equal(
            [new GroupRenamedBody("大雁"), new GroupRenamedBody("Ducks")],
            history.Messages.Skip(1).Select(message => message.Body)
        );
        Assert.Equal(
            ErrorCode.ClientIdReused,
            await people[0].Api.RenameGroupAsync(group, rename with { Title = "Swans" }, Token).RefusalAsync()
        );
    }

    [Theory, CombinatorialStores]
    public async Task List_IsNewestActivityFirst_WhateverThePages(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        await people[0].BefriendAsync(people[1]);
        var groups = new List<ConversationId>();
        for (var i = 0; i < 5; i++)
        {
            var request = new CreateGroupRequest(Guid.CreateVersion7(), $"{i}", [people[1].Id]);
            groups.Add((await people[0].Api.CreateGroupAsync(request, Token)).Id);
        }

        await people[1].SendAsync(groups[1], "moves to the top");

        var expected = await ListAsync(200);
        Assert.Equal(groups[1], expected[0].Id);
        Assert.Equal(
            expected.OrderByDescending(head => head.ActiveAt).ThenByDescending(head => head.Id.Value),
            expected
        );
        foreach (var limit in new[] { 1, 2, 3 })
        {
            Assert.Equal(expected.Select(head => head.Id), (await ListAsync(limit)).Select(head => head.Id));
        }

        async Task<List<ConversationHead>> ListAsync(int limit)
        {
            var heads = new List<ConversationHead>();
            string? after = null;
            do
            {
                var page = await people[0].Api.ConversationsAsync(after, limit, Token);
                heads.AddRange(page.Items);
                after = page.Next;
            } while (after is not null);

            return heads;
        }
    }

    [Theory, CombinatorialStores]
    public async Task Members_AreListedPageByPage_WithHowFarTheyHaveRead(Store store)
    {
        var people = await servers.PeopleAsync(store, 5);
        foreach (var other in people.Skip(1))
        {
            await people[0].BefriendAsync(other);
        }

        var request = new CreateGroupRequest(
            Guid.CreateVersion7(),
            "Geese",
            [.. people.Skip(1).Select(person => person.Id)]
        );
        var group = (await people[0].Api.CreateGroupAsync(request, Token)).Id;
        await people[1].Api.MarkAsync(group, new MarkRequest(Read: 1), Token);
        await people[2].Api.MarkAsync(group, new MarkRequest(Delivered: 1), Token);
        await people[3].Api.LeaveGroupAsync(group, Token);

        var members = new List<ConversationMember>();
        string? after = null;
        do
        {
            var page = await people[0].Api.MembersAsync(group, after, 2, Token);
            members.AddRange(page.Items);
            after = page.Next;
        } while (after is not null);

        Assert.Equal(
            people.Where(person => person != people[3]).Select(person => person.Id.Value).Order(),
            members.Select(member => member.Person.Id.Value).Order()
        );
        var marks = members.ToDictionary(member => member.Person.Id, member => (member.ReadSeq, member.DeliveredSeq));
        Assert.Equal((1, 1), marks[people[1].Id]);
        Assert.Equal((0, 1), marks[people[2].Id]);
        Assert.Equal(MemberRole.Owner, members.Single(member => member.Person.Id == people[0].Id).Role);
    }

    [Theory, CombinatorialStores]
    public async Task Leave_IsForGroupsOnly(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var notes = await people[0].Api.OpenNotesAsync(Token);

        await people[0].Api.LeaveGroupAsync(chat, Token);
        await people[0].Api.LeaveGroupAsync(notes.Id, Token);

        await people[0].SendAsync(chat, "still here");
        await people[0].SendAsync(notes.Id, "here too");
    }
}
