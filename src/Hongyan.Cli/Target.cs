using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Cli;

/// <summary>How people name a conversation: a contact's handle, a conversation's id, or <c>notes</c>.</summary>
internal static class Target
{
    private const string Notes = "notes";
    public const string Description = "A contact's handle, a conversation's id, or notes";

    public static async Task<ConversationHead> ResolveAsync(
        HongyanApi api,
        string target,
        CancellationToken cancellationToken
    )
    {
        if (target == Notes)
        {
            return await api.OpenNotesAsync(cancellationToken);
        }

        if (ConversationId.TryParse(target, null, out var conversation))
        {
            return await api.ConversationAsync(conversation, cancellationToken);
        }

        string? after = null;
        do
        {
            var page = await api.ContactsAsync(after, null, cancellationToken);
            foreach (var contact in page.Items)
            {
                if (string.Equals(contact.Person.Handle, target, StringComparison.OrdinalIgnoreCase))
                {
                    return await api.OpenDirectAsync(contact.Person.Id, cancellationToken);
                }
            }

            after = page.Next;
        } while (after is not null);

        throw new HongyanException(ErrorCode.NotFound, $"No contact has the handle {target}.", false);
    }

    /// <summary>What a person types to mean this conversation.</summary>
    public static string Name(ConversationHead head) =>
        head.Kind switch
        {
            ConversationKind.Notes => Notes,
            ConversationKind.Direct when head is { CanSend: true, Peer.Handle: { } handle } => handle,
            _ => head.Id.ToString(),
        };

    /// <summary>What the members of a conversation are called.</summary>
    public static async Task<Dictionary<UserId, string>> NamesAsync(
        HongyanApi api,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var members = await Pages.AllAsync(after => api.MembersAsync(conversation, after, null, cancellationToken));
        return members.ToDictionary(member => member.Person.Id, member => member.Person.Name);
    }

    public static string Title(ConversationHead head) =>
        head.Kind switch
        {
            ConversationKind.Notes => "File Transfer",
            ConversationKind.Direct => head.Peer?.Name ?? "",
            _ => head.Title ?? "",
        };
}
