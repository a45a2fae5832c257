using System.CommandLine;
using System.Globalization;
using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Cli;

/// <summary>The conversation list, and groups.</summary>
internal static class ConversationCommands
{
    public static void AddTo(Command root)
    {
        root.Subcommands.Add(Commands.SignedIn("chats", "One's conversations, newest activity first", ListAsync));
        var groups = Commands.SignedIn("groups", "The groups one is in, newest activity first", ListGroupsAsync);
        groups.Subcommands.Add(Commands.SignedIn("list", "The same", ListGroupsAsync));
        var title = new Argument<string>("name") { Description = "The group's name" };
        var handles = new Argument<string[]>("handles")
        {
            Description = "The others' handles",
            Arity = ArgumentArity.OneOrMore,
        };
        var group = new Argument<string>("group") { Description = "The group's id" };
        groups.Subcommands.Add(
            Commands.SignedIn(
                "create",
                "Make a group of contacts",
                async (result, api, output, cancellationToken) =>
                {
                    var members = await MembersAsync(api, result.GetValue(handles)!, cancellationToken);
                    var request = new CreateGroupRequest(api.Clock.NewId(), result.GetValue(title)!, members);
                    Print(output, await api.CreateGroupAsync(request, cancellationToken));
                },
                title,
                handles
            )
        );
        groups.Subcommands.Add(
            Commands.SignedIn(
                "rename",
                "Rename a group of one's own",
                async (result, api, output, cancellationToken) =>
                {
                    var request = new RenameGroupRequest(api.Clock.NewId(), result.GetValue(title)!);
                    Print(output, await api.RenameGroupAsync(Id(result.GetValue(group)!), request, cancellationToken));
                },
                group,
                title
            )
        );
        groups.Subcommands.Add(
            Commands.SignedIn(
                "members",
                "Who is in a group, by when they joined",
                async (result, api, output, cancellationToken) =>
                {
                    var id = Id(result.GetValue(group)!);
                    output.Table(
                        await Pages.AllAsync(after => api.MembersAsync(id, after, null, cancellationToken)),
                        ["Handle", "Name", "Role", "Read"],
                        row =>
                            [
                                row.Person.Handle,
                                row.Person.Name,
                                Output.Word(row.Role),
                                row.ReadSeq.ToString(CultureInfo.InvariantCulture),
                            ]
                    );
                },
                group
            )
        );
        groups.Subcommands.Add(
            Commands.SignedIn(
                "leave",
                "Leave a group",
                (result, api, _, cancellationToken) =>
                    api.LeaveGroupAsync(Id(result.GetValue(group)!), cancellationToken),
                group
            )
        );
        root.Subcommands.Add(groups);
    }

    private static ConversationId Id(string text) =>
        ConversationId.TryParse(text, null, out var id)
            ? id
            : throw new HongyanException(ErrorCode.NotFound, "That is no group's id.", false);

    private static async Task ListAsync(
        ParseResult result,
        HongyanApi api,
        Output output,
        CancellationToken cancellationToken
    ) => Print(output, await AllAsync(api, cancellationToken));

    private static async Task ListGroupsAsync(
        ParseResult result,
        HongyanApi api,
        Output output,
        CancellationToken cancellationToken
    )
    {
        var heads = await AllAsync(api, cancellationToken);
        Print(output, heads.FindAll(head => head.Kind == ConversationKind.Group));
    }

    private static Task<List<ConversationHead>> AllAsync(HongyanApi api, CancellationToken cancellationToken) =>
        Pages.AllAsync(after => api.ConversationsAsync(after, null, cancellationToken));

    private static void Print(Output output, List<ConversationHead> heads) =>
        output.Table(heads, ["Conversation", "Kind", "Name", "Unread", "Last", ""], Fields);

    private static void Print(Output output, ConversationHead head) => output.Line(head, Fields(head));

    private static string[] Fields(ConversationHead head) =>
        [
            head.Id.ToString(),
            Output.Word(head.Kind),
            Target.Title(head),
            (head.Seq - Math.Max(head.ReadSeq, head.JoinedSeq)).ToString(CultureInfo.InvariantCulture),
            Output.Time(head.ActiveAt),
            head.LastMessage is { } last ? Output.Text(last.Body) : "",
        ];

    private static async Task<List<UserId>> MembersAsync(
        HongyanApi api,
        string[] handles,
        CancellationToken cancellationToken
    )
    {
        var contacts = await Pages.AllAsync(after => api.ContactsAsync(after, null, cancellationToken));
        return
        [
            .. handles.Select(handle =>
                contacts
                    .Find(contact => string.Equals(contact.Person.Handle, handle, StringComparison.OrdinalIgnoreCase))
                    ?.Person.Id
                ?? throw new HongyanException(ErrorCode.NotContacts, $"{handle} is not a contact.", false)
            ),
        ];
    }
}
