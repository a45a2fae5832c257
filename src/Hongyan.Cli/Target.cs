using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Cli;

/// <summary>How people name a conversation: a contact's handle, a conversation's id, or <c>notes</c>.</summary>
internal static class Target
{
    public const string Description = "A contact's handle, a conversation's id, or notes";

    public static async Task<ConversationHead> ResolveAsync(
        HongyanApi api,
        string target,
        CancellationToken cancellationToken
    )
    {
        if (target == "notes")
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

    public static string Title(ConversationHead head) =>
        head.Kind switch
        {
            ConversationKind.Notes => "File Transfer",
            ConversationKind.Direct => head.Peer?.Name ?? "",
            _ => head.Title ?? "",
        };
}
