using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;
using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.Snapshots;

/// <summary>Something that happens, and the kinds of changes that devices are told of it.</summary>
/// <param name="Name">What happens.</param>
/// <param name="ActAsync">Makes it happen.</param>
/// <param name="Kinds">Types of changes, personal changes and message bodies that must be pushed to somebody.</param>
internal sealed record SnapshotCase(string Name, Func<Company, Task> ActAsync, params Type[] Kinds);

/// <summary>
/// One case at least for every kind of change there is. A new kind needs one here: a test counts them.
/// </summary>
internal static class SnapshotCases
{
    /// <summary>A PNG of one pixel.</summary>
    private static readonly byte[] Picture = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    );

    public static IReadOnlyList<SnapshotCase> All { get; } =
    [
        new("the other writes", c => c.Bob.SendAsync(c.Chat, "你好 🪿"), typeof(TextBody)),
        new("one writes here", c => Company.WriteAsync(c.AnnsDevice, c.Chat, "from here"), typeof(TextBody)),
        new("one writes on another device", c => c.Ann.SendAsync(c.Chat, "from elsewhere"), typeof(TextBody)),
        new("somebody writes to the group", c => c.Cat.SendAsync(c.Group, "hello all"), typeof(TextBody)),
        new("one writes to oneself", WriteNotesAsync, typeof(TextBody)),
        new("all write at once", WriteAtOnceAsync, typeof(TextBody)),
        new("one reads on another device", c => ReadAsync(c, c.Ann), typeof(ReadMoved)),
        new("the other reads", c => ReadAsync(c, c.Bob), typeof(MarksMoved), typeof(ReadMoved)),
        new("it reaches the other", DeliverAsync, typeof(MarksMoved)),
        new("a request comes", c => Company.AskAsync(c.Cat, c.Ann, "I am Cat"), typeof(RequestChanged)),
        new("a request comes again", AskTwiceAsync, typeof(RequestChanged)),
        new("a request is declined", DeclineAsync, typeof(RequestChanged)),
        new("a declined request is renewed", RenewAsync, typeof(RequestChanged)),
        new(
            "a request is accepted",
            AcceptAsync,
            typeof(RequestChanged),
            typeof(ContactChanged),
            typeof(ConversationChanged),
            typeof(BecameContactsBody)
        ),
        new("both ask at once", AskAtOnceAsync, typeof(ContactChanged), typeof(BecameContactsBody)),
        new(
            "one parts",
            c => c.Ann.Api.RemoveContactAsync(c.Bob.Id, Token),
            typeof(ContactRemoved),
            typeof(ConversationChanged)
        ),
        new("two part and come together again", PartAndReturnAsync, typeof(ContactRemoved), typeof(ContactChanged)),
        new("one changes one's profile", c => RenameAsync(c.Ann), typeof(MeChanged), typeof(ContactChanged)),
        new("a person who asked changes their profile", RenameAfterAskingAsync, typeof(RequestChanged)),
        new("a person who was asked changes their profile", RenameAfterBeingAskedAsync, typeof(RequestChanged)),
        new("a former friend changes their profile", RenameAfterPartingAsync, typeof(ConversationChanged)),
        new("one gets a picture", DrawAsync, typeof(MeChanged), typeof(ContactChanged)),
        new("one's picture goes", DrawAndWipeAsync, typeof(MeChanged), typeof(ContactChanged)),
        new("one makes a group", CreateGroupAsync, typeof(ConversationChanged), typeof(GroupCreatedBody)),
        new("a group is renamed", RenameGroupAsync, typeof(ConversationChanged), typeof(GroupRenamedBody)),
        new(
            "a member leaves",
            c => c.Cat.Api.LeaveGroupAsync(c.Group, Token),
            typeof(ConversationRemoved),
            typeof(ConversationChanged),
            typeof(MemberLeftBody)
        ),
        new(
            "the owner leaves",
            c => c.Bob.Api.LeaveGroupAsync(c.Group, Token),
            typeof(ConversationRemoved),
            typeof(ConversationChanged),
            typeof(MemberLeftBody)
        ),
        new("all leave", LeaveAllAsync, typeof(ConversationRemoved)),
        new("the server closes every line on the way", CutAsync, typeof(TextBody), typeof(ConversationChanged)),
    ];

    private static async Task WriteNotesAsync(Company company)
    {
        var notes = await company.Ann.Api.OpenNotesAsync(Token);
        await company.Ann.SendAsync(notes.Id, "milk");
        await Company.WriteAsync(company.AnnsDevice, notes.Id, "bread");
    }

    private static async Task WriteAtOnceAsync(Company company)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .SelectMany(i =>
                    new Task[]
                    {
                        company.Ann.SendAsync(company.Chat, $"Ann {i}"),
                        company.Bob.SendAsync(company.Chat, $"Bob {i}"),
                        company.Cat.SendAsync(company.Group, $"Cat {i}"),
                        company.AnnsDevice.Client.SendAsync(company.Group, new TextBody($"Ann's device {i}"), Token),
                    }
                )
        );

        // Until then the device's outbox is still at work.
        await company.AnnsDevice.UntilAsync(
            "the last message",
            change => change is MessageChanged { Message.Body: TextBody { Text: "Ann's device 19" } }
        );
    }

    private static async Task ReadAsync(Company company, Person reader)
    {
        var head = await reader.Api.ConversationAsync(company.Chat, Token);
        await reader.Api.MarkAsync(company.Chat, new MarkRequest(Read: head.Seq), Token);
    }

    private static async Task DeliverAsync(Company company)
    {
        var head = await company.Bob.Api.ConversationAsync(company.Chat, Token);
        await company.Bob.Api.MarkAsync(company.Chat, new MarkRequest(Delivered: head.Seq), Token);
    }

    private static async Task AskTwiceAsync(Company company)
    {
        await Company.AskAsync(company.Cat, company.Ann, "It is me");
        await Company.AskAsync(company.Cat, company.Ann, "It is me, Cat");
    }

    private static async Task DeclineAsync(Company company)
    {
        var request = await Company.AskAsync(company.Cat, company.Ann);
        await company.Ann.Api.DeclineAsync(request.Id, Token);
    }

    private static async Task RenewAsync(Company company)
    {
        await DeclineAsync(company);
        await Company.AskAsync(company.Cat, company.Ann, "Please");
    }

    private static async Task AcceptAsync(Company company)
    {
        var request = await Company.AskAsync(company.Cat, company.Ann, "I am Cat");
        await company.Ann.Api.AcceptAsync(request.Id, Token);
    }

    private static Task<ContactRequest[]> AskAtOnceAsync(Company company) =>
        Task.WhenAll(Company.AskAsync(company.Ann, company.Cat), Company.AskAsync(company.Cat, company.Ann));

    private static async Task PartAndReturnAsync(Company company)
    {
        await company.Ann.Api.RemoveContactAsync(company.Bob.Id, Token);
        await company.Ann.BefriendAsync(company.Bob);
        await company.Bob.SendAsync(company.Chat, "there we are");
    }

    private static Task<Me> RenameAsync(Person person) =>
        person.Api.UpdateProfileAsync(new UpdateProfileRequest("雁南飞", "长沙", "going south"), Token);

    private static async Task RenameAfterAskingAsync(Company company)
    {
        await Company.AskAsync(company.Cat, company.Ann);
        await RenameAsync(company.Cat);
    }

    private static async Task RenameAfterBeingAskedAsync(Company company)
    {
        await Company.AskAsync(company.Cat, company.Ann);
        await RenameAsync(company.Ann);
    }

    private static async Task RenameAfterPartingAsync(Company company)
    {
        await company.Ann.Api.RemoveContactAsync(company.Bob.Id, Token);
        await RenameAsync(company.Bob);
        await company.Bob.Api.SetAvatarAsync(Picture, "image/png", Token);
    }

    private static Task<Me> DrawAsync(Company company) => company.Ann.Api.SetAvatarAsync(Picture, "image/png", Token);

    private static async Task DrawAndWipeAsync(Company company)
    {
        await DrawAsync(company);
        await company.Ann.Api.RemoveAvatarAsync(Token);
    }

    private static async Task CreateGroupAsync(Company company)
    {
        var request = new CreateGroupRequest(company.Ann.Api.Clock.NewId(), "Two geese", [company.Bob.Id]);
        await company.Ann.Api.CreateGroupAsync(request, Token);
    }

    private static Task<ConversationHead> RenameGroupAsync(Company company) =>
        company.Bob.Api.RenameGroupAsync(
            company.Group,
            new RenameGroupRequest(company.Bob.Api.Clock.NewId(), "大雁"),
            Token
        );

    private static async Task LeaveAllAsync(Company company)
    {
        foreach (var person in new[] { company.Ann, company.Bob, company.Cat })
        {
            await person.Api.LeaveGroupAsync(company.Group, Token);
        }
    }

    private static async Task CutAsync(Company company)
    {
        for (var round = 0; round < 3; round++)
        {
            await company.Bob.SendAsync(company.Chat, $"before {round}");
            company.CutLines();
            await company.Bob.SendAsync(company.Chat, $"meanwhile {round}");
            await ReadAsync(company, company.Bob);
            await RenameGroupAsync(company);
            await Company.AskAsync(company.Cat, company.Ann, $"Round {round}");
        }

        await company.Cat.Api.LeaveGroupAsync(company.Group, Token);
        await RenameAsync(company.Bob);
    }
}
