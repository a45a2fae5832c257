using System.Text.Json;
using System.Text.Json.Nodes;
using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.BadInput;

/// <summary>Messages with bodies and client ids that cannot be, over the socket and over HTTP alike.</summary>
public sealed class SendTests(Servers servers)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static TheoryData<string, string> BadBodies =>
        new()
        {
            { """{"kind":"text","text":""}""", ErrorCode.InvalidText },
            { """{"kind":"text","text":" \n\t "}""", ErrorCode.InvalidText },
            { """{"kind":"text","text":"a\u0000b"}""", ErrorCode.InvalidText },
            { $$"""{"kind":"text","text":"{{new string('雁', Limits.TextLength + 1)}}"}""", ErrorCode.InvalidText },
            { """{"kind":"text","text":"\ud83e"}""", ErrorCode.InvalidRequest },
            { """{"kind":"text","text":null}""", ErrorCode.InvalidRequest },
            { """{"kind":"text","text":7}""", ErrorCode.InvalidRequest },
            { """{"kind":"text"}""", ErrorCode.InvalidRequest },
            { """{"text":"no kind"}""", ErrorCode.UnknownKind },
            { """{"kind":7,"text":"no kind"}""", ErrorCode.UnknownKind },
            { "null", ErrorCode.InvalidRequest },
            { "[]", ErrorCode.InvalidRequest },
            { """{"kind":"hologram","text":"hello"}""", ErrorCode.UnknownKind },
            { """{"kind":"group_renamed","title":"by hand"}""", ErrorCode.UnknownKind },
            { """{"kind":"became_contacts","greeting":"","requester":"1"}""", ErrorCode.UnknownKind },
        };

    [Theory, MemberData(nameof(BadBodies))]
    public async Task Body_ThatCannotBe_IsRefused(string body, string code)
    {
        var (person, notes) = await NotesAsync(Store.Sqlite);
        using var http = new RawHttp(person.Api.Server);
        var token = await person.Api.AccessTokenAsync(cancellationToken: Token);
        await using var socket = await RawSocket.OpenAsync(person.Api.Server, token);
        var clientId = Guid.CreateVersion7();

        var said = await socket.RefusedAsync(Frame(notes, clientId, body), code);
        var posted = await http.PostAsync(
            $"/api/conversations/{notes}/messages",
            $$"""{"clientId":"{{clientId}}","body":{{body}}}""",
            token
        );

        Assert.Equal(clientId, said.GetProperty("clientId").GetGuid());
        Assert.Equal((400, code), (posted.Status, posted.Code));
        Assert.Empty((await person.Api.HistoryAsync(notes, cancellationToken: Token)).Messages);
    }

    /// <summary>Random ids would be slow to look up, and ids from far ahead cannot be told from later ones.</summary>
    public static TheoryData<string> BadClientIds =>
        new()
        {
            $"{Guid.Empty}",
            "d3b07384-d9a0-4c9b-8f7e-2f1e6a5b4c3d", // version 4
            "00000000-0000-7000-0000-000000000000", // version 7 of another variant
            $"{Guid.CreateVersion7(Now.AddDays(2))}",
            $"{Guid.CreateVersion7(Now.AddYears(100))}",
        };

    [Theory, MemberData(nameof(BadClientIds))]
    public async Task ClientId_ThatCannotBe_IsRefused(string clientId)
    {
        var (person, notes) = await NotesAsync(Store.Sqlite);
        using var http = new RawHttp(person.Api.Server);
        var token = await person.Api.AccessTokenAsync(cancellationToken: Token);
        await using var socket = await RawSocket.OpenAsync(person.Api.Server, token);

        await socket.RefusedAsync(Frame(notes, Guid.Parse(clientId), Text("hello")), ErrorCode.InvalidClientId);
        var posted = await http.PostAsync(
            $"/api/conversations/{notes}/messages",
            $$"""{"clientId":"{{clientId}}","body":{{Text("hello")}}}""",
            token
        );

        Assert.Equal((400, ErrorCode.InvalidClientId), (posted.Status, posted.Code));
    }

    [Theory, CombinatorialStores]
    public async Task ClientId_OfAClockThatIsWrong_IsTaken_AndRetriesAreRecognized(Store store)
    {
        var (person, notes) = await NotesAsync(store);
        await using var socket = await RawSocket.OpenAsync(
            person.Api.Server,
            await person.Api.AccessTokenAsync(cancellationToken: Token)
        );
        Guid[] ids = [Guid.CreateVersion7(Now.AddMonths(-1)), Guid.CreateVersion7(Now.AddHours(23))];

        foreach (var id in ids)
        {
            var frame = Frame(notes, id, Text("hello"));
            await socket.SayAsync($"[{frame},{frame}]");
            var first = await socket.UntilAsync("ack");
            var second = await socket.UntilAsync("ack");
            await socket.SayAsync(frame);
            var third = await socket.UntilAsync("ack");
            Assert.Equal(first.GetRawText(), second.GetRawText());
            Assert.Equal(first.GetRawText(), third.GetRawText());
        }

        var history = await person.Api.HistoryAsync(notes, cancellationToken: Token);
        Assert.Equal(ids, history.Messages.Select(message => message.ClientId));
    }

    [Theory, CombinatorialStores]
    public async Task ClientId_UsedBefore_IsRefused_WhateverItWasUsedFor(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var (one, other) = (people[0], people[1]);
        var chat = await one.BefriendAsync(other);
        var notes = (await one.Api.OpenNotesAsync(Token)).Id;
        var made = new CreateGroupRequest(Guid.CreateVersion7(), "Geese", [other.Id]);
        var group = await one.Api.CreateGroupAsync(made, Token);
        var renamed = new RenameGroupRequest(Guid.CreateVersion7(), "Cranes");
        await one.Api.RenameGroupAsync(group.Id, renamed, Token);
        var sent = Guid.CreateVersion7();
        await PostAsync(one, chat, sent, "once");

        // Another message, another conversation, and other commands.
        Assert.Equal(ErrorCode.ClientIdReused, await PostAsync(one, chat, sent, "twice").RefusalAsync());
        Assert.Equal(ErrorCode.ClientIdReused, await PostAsync(one, notes, sent, "once").RefusalAsync());
        Assert.Equal(ErrorCode.ClientIdReused, await PostAsync(one, chat, renamed.ClientId, "once").RefusalAsync());
        Assert.Equal(ErrorCode.ClientIdReused, await PostAsync(one, chat, made.ClientId, "once").RefusalAsync());
        foreach (var used in new[] { sent, renamed.ClientId, made.ClientId })
        {
            var rename = new RenameGroupRequest(used, "Swans");
            Assert.Equal(
                ErrorCode.ClientIdReused,
                await one.Api.RenameGroupAsync(group.Id, rename, Token).RefusalAsync()
            );
            var create = new CreateGroupRequest(used, "Swans", [other.Id]);
            Assert.Equal(ErrorCode.ClientIdReused, await one.Api.CreateGroupAsync(create, Token).RefusalAsync());
        }

        // The same again is a retry, and other people's ids are their own.
        await PostAsync(one, chat, sent, "once");
        Assert.Equal(group.Id, (await one.Api.CreateGroupAsync(made, Token)).Id);
        Assert.Equal("Cranes", (await one.Api.RenameGroupAsync(group.Id, renamed, Token)).Title);
        await PostAsync(other, chat, sent, "mine");
        Assert.Equal(
            [typeof(GroupCreatedBody), typeof(GroupRenamedBody)],
            (await other.Api.HistoryAsync(group.Id, cancellationToken: Token)).Messages.Select(message =>
                message.Body.GetType()
            )
        );
    }

    private static async Task PostAsync(Person person, ConversationId conversation, Guid clientId, string text) =>
        await person.Api.SendAsync(conversation, new SendMessageRequest(clientId, new TextBody(text)), Token);

    private async Task<(Person Person, ConversationId Notes)> NotesAsync(Store store)
    {
        var person = (await servers.PeopleAsync(store, 1))[0];
        return (person, (await person.Api.OpenNotesAsync(Token)).Id);
    }

    private static string Text(string text) =>
        new JsonObject { ["kind"] = "text", ["text"] = text }.ToJsonString(JsonSerializerOptions.Default);

    private static string Frame(ConversationId conversation, Guid clientId, string body) =>
        $$"""{"t":"send","conversation":"{{conversation}}","clientId":"{{clientId}}","body":{{body}}}""";
}
