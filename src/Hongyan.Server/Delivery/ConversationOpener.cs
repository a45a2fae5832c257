using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Finds or makes the conversations there is only one of: a person's notes, and the direct conversation of two people.
/// Two who make the same one at once end up in one: here they come one after the other, and the key is unique in the
/// store.
/// </summary>
internal sealed class ConversationOpener(
    Sequencer sequencer,
    MakingGate gate,
    IDbContextFactory<HongyanDb> contexts,
    IdGenerator ids,
    TimeProvider time
)
{
    /// <summary>A person's own notes.</summary>
    public Task<(ConversationId Conversation, string? Error)> EnsureNotesAsync(
        UserId user,
        CancellationToken cancellationToken
    ) =>
        EnsureAsync(
            ConversationKind.Notes,
            ConversationRow.NotesKey(user.Value),
            user,
            [(user, MemberRole.Owner)],
            null,
            cancellationToken
        );

    /// <summary>
    /// The direct conversation of two people. The caller has made sure that they are contacts.
    /// </summary>
    /// <param name="actor">Who opens it.</param>
    /// <param name="other">The other.</param>
    /// <param name="firstMessage">What a new conversation begins with, if anything.</param>
    public Task<(ConversationId Conversation, string? Error)> EnsureDirectAsync(
        UserId actor,
        UserId other,
        MessageBody? firstMessage,
        CancellationToken cancellationToken
    ) =>
        EnsureAsync(
            ConversationKind.Direct,
            ConversationRow.DirectKey(actor.Value, other.Value),
            actor,
            [(actor, MemberRole.Member), (other, MemberRole.Member)],
            firstMessage,
            cancellationToken
        );

    /// <summary>The direct conversation of two people, if there is one.</summary>
    public async Task<ConversationId?> FindDirectAsync(UserId one, UserId other, CancellationToken cancellationToken) =>
        await FindAsync(ConversationRow.DirectKey(one.Value, other.Value), cancellationToken);

    private async Task<(ConversationId Conversation, string? Error)> EnsureAsync(
        ConversationKind kind,
        string key,
        UserId actor,
        IReadOnlyList<(UserId, MemberRole)> members,
        MessageBody? firstMessage,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(key, cancellationToken) is { } existing)
        {
            return (existing, null);
        }

        using var pass = await gate.EnterAsync(key, cancellationToken);
        if (await FindAsync(key, cancellationToken) is { } justMade)
        {
            return (justMade, null);
        }

        var now = time.GetUtcNow();
        var conversation = new ConversationId(ids.Next());
        var error = await sequencer.CreateAsync(
            conversation,
            new NewConversation(kind, "", key, now.ToUnixTimeMilliseconds()),
            actor,
            members,
            Guid.CreateVersion7(now),
            firstMessage,
            cancellationToken
        );
        if (error is null)
        {
            if (kind == ConversationKind.Direct)
            {
                // The two may have parted while there was no conversation yet that could be closed.
                await sequencer.RefreshAsync(conversation, CancellationToken.None);
            }

            return (conversation, null);
        }

        // Somebody else made it first, or the store failed; looking again tells which.
        return await FindAsync(key, cancellationToken) is { } made ? (made, null) : (default, error);
    }

    private async Task<ConversationId?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var id = await db
            .Conversations.Where(conversation => conversation.UniqueKey == key)
            .Select(conversation => (long?)conversation.Id)
            .SingleOrDefaultAsync(cancellationToken);
        return id is { } value ? new ConversationId(value) : null;
    }
}
