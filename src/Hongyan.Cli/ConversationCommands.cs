using System.CommandLine;
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
        var groups = new Command("groups", "Groups");
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
    ) =>
        output.Table(
            await Pages.AllAsync(after => api.ConversationsAsync(after, null, cancellationToken)),
            ["Conversation", "Kind", "Name", "Unread", "Last", ""],
            Fields
        );

    private static void Print(Output output, ConversationHead head) => output.Line(head, Fields(head));

    private static string[] Fields(ConversationHead head) =>
        [
            head.Id.ToString(),
            head.Kind.ToString(),
            Target.Title(head),
            (head.Seq - Math.Max(head.ReadSeq, head.JoinedSeq)).ToString(
                System.Globalization.CultureInfo.InvariantCulture
            ),
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
