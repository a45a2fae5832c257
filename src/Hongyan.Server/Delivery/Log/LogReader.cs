using System.Buffers.Binary;
using System.Data.Common;
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

    /// <summary>Reads rows of a sender and the latest of their client ids.</summary>
    public static async Task<IReadOnlyList<(UserId Sender, long Latest)>> ReadLatestClientIdsAsync(
        DbDataReader reader,
        Func<DbDataReader, Guid> readId,
        CancellationToken cancellationToken
    )
    {
        var latest = new List<(UserId, long)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            latest.Add((new UserId(reader.GetInt64(0)), RecentSends.TimeOf(readId(reader)) ?? 0));
        }

        return latest;
    }

    /// <summary>The first client id behind all that carry a time, or an earlier one.</summary>
    public static Guid FirstClientIdAfter(long time)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt64BigEndian(bytes, (time + 1) << 16);
        return new Guid(bytes, bigEndian: true);
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
