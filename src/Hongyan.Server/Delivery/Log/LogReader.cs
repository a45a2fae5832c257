using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Log;

/// <summary>The reads a log needs that are the same on every store.</summary>
internal static class LogReader
{
    public static async Task<StoredConversation?> LoadAsync(
        IDbContextFactory<HongyanDb> contexts,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db
            .Conversations.AsNoTracking()
            .SingleOrDefaultAsync(candidate => candidate.Id == conversation.Value, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var members = await db
            .Members.AsNoTracking()
            .Where(member => member.ConversationId == conversation.Value && !member.HasLeft)
            .OrderBy(member => member.JoinedAt)
            .ThenBy(member => member.UserId)
            .Select(member => new StoredMember(
                new UserId(member.UserId),
                member.Role,
                member.JoinedAt,
                member.JoinedSeq,
                member.ReadSeq,
                member.DeliveredSeq
            ))
            .ToListAsync(cancellationToken);
        var last = await LastAsync(db, conversation, cancellationToken);
        var canSend =
            row.Kind != ConversationKind.Direct
            || (members.Count == 2 && await AreContactsAsync(db, members[0].User, members[1].User, cancellationToken));
        return new StoredConversation(conversation, row.Kind, row.Title, last.Seq, last.Pts, canSend, members);
    }

    public static async Task<StoredSend?> FindSendAsync(
        IDbContextFactory<HongyanDb> contexts,
        UserId sender,
        Guid clientId,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db
            .Messages.AsNoTracking()
            .Where(message => message.ClientId == clientId && message.SenderId == sender.Value)
            .Select(message => new StoredSend?(
                new StoredSend(
                    new ConversationId(message.ConversationId),
                    message.Seq,
                    message.Pts,
                    message.SentAt,
                    message.PayloadHash
                )
            ))
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>A conversation's counters; zeros when it has no message.</summary>
    public static async Task<(long Seq, long Pts)> LastAsync(
        HongyanDb db,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var last = await db
            .Messages.Where(message => message.ConversationId == conversation.Value)
            .OrderByDescending(message => message.Seq)
            .Select(message => new { message.Seq, message.Pts })
            .FirstOrDefaultAsync(cancellationToken);
        return last is null ? default : (last.Seq, last.Pts);
    }

    /// <summary>The latest time a client id carries: the index of the ids is in the order of their time.</summary>
    public static async Task<long> LatestClientIdAsync(
        IDbContextFactory<HongyanDb> contexts,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var latest = await db
            .Messages.OrderByDescending(message => message.ClientId)
            .Select(message => (Guid?)message.ClientId)
            .FirstOrDefaultAsync(cancellationToken);
        return latest is { } id ? RecentSends.TimeOf(id) ?? 0 : 0;
    }

    private static async Task<bool> AreContactsAsync(
        HongyanDb db,
        UserId one,
        UserId other,
        CancellationToken cancellationToken
    ) =>
        await db.Contacts.CountAsync(
            contact =>
                (contact.OwnerId == one.Value && contact.OtherId == other.Value)
                || (contact.OwnerId == other.Value && contact.OtherId == one.Value),
            cancellationToken
        ) == 2;
}
