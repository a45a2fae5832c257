using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>
/// What a device asks to be in step: the same answers over the socket and over HTTP. Who may see what is part of each
/// query, so that what is absent and what is not one's own look the same.
/// </summary>
internal sealed class SyncReader(IDbContextFactory<HongyanDb> contexts, MessageTail tails, PersonalRendering rendering)
{
    /// <summary>A person's own change counter; 0 when nothing of theirs has ever changed.</summary>
    public async Task<long> PersonalPtsAsync(UserId user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PersonalPtsAsync(db, user, cancellationToken);
    }

    /// <summary>What has changed for a person since a counter of theirs.</summary>
    public async Task<Outcome<PersonalDifference>> ChangesAsync(
        UserId user,
        long since,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (since < 0 || !IsLimit(limit))
        {
            return Outcome<PersonalDifference>.Refused(ErrorCode.InvalidRequest);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);

        // Read first: what is written meanwhile lies past it, and belongs to the next difference.
        var present = await PersonalPtsAsync(db, user, cancellationToken);
        var take = limit ?? Limits.PageSize;
        var rows = await db
            .PersonalLog.AsNoTracking()
            .Where(row => row.UserId == user.Value && row.Pts > since)
            .OrderBy(row => row.Pts)
            .Take(take + 1)
            .Select(row => new PersonalEntry(row.UserId, row.Kind, row.Key, row.Pts))
            .ToListAsync(cancellationToken);
        var isComplete = rows.Count <= take;
        if (!isComplete)
        {
            rows.RemoveAt(take);
        }

        var changes = await rendering.RenderAsync(db, user, rows, cancellationToken);
        var pts = isComplete ? Math.Max(present, rows.Count > 0 ? rows[^1].Pts : 0) : rows[^1].Pts;
        return new PersonalDifference([.. changes.Select(change => change.Change)], pts, isComplete);
    }

    /// <summary>A page of a person's conversations, newest activity first.</summary>
    public async Task<Outcome<Page<ConversationHead>>> HeadsAsync(
        UserId user,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        HeadCursor? cursor = null;
        if (!IsLimit(limit) || (after is not null && (cursor = HeadCursor.Parse(after)) is null))
        {
            return Outcome<Page<ConversationHead>>.Refused(ErrorCode.InvalidRequest);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await HeadReader.PageAsync(db, tails, user, cursor, limit ?? Limits.DefaultPageSize, cancellationToken);
    }

    /// <summary>One conversation of a person's.</summary>
    public async Task<Outcome<ConversationHead>> HeadAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var heads = await HeadReader.OfAsync(db, tails, user, [conversation.Value], cancellationToken);
        return heads.Count == 1 ? heads[0] : Outcome<ConversationHead>.Refused(ErrorCode.NotFound);
    }

    /// <summary>What has changed in a conversation since a counter of it.</summary>
    public async Task<Outcome<ConversationDifference>> DifferenceAsync(
        UserId user,
        ConversationId conversation,
        long since,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (since < 0 || !IsLimit(limit))
        {
            return Outcome<ConversationDifference>.Refused(ErrorCode.InvalidRequest);
        }

        var tail = tails.Of(conversation);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await JoinedSeqAsync(db, user, conversation, cancellationToken) is not { } joinedSeq)
        {
            return Outcome<ConversationDifference>.Refused(ErrorCode.NotFound);
        }

        var last = await LogReader.LastAsync(db, conversation, cancellationToken);
        var (seq, present) =
            tail is [.., { Message: { } newest }] && newest.Seq > last.Seq ? (newest.Seq, newest.Pts) : last;

        // A message takes its count when it takes its number, so counts rise with numbers; they differ by the changes
        // that took a count and no number. So what changed since lies behind this number, which is a range of the key.
        var behind = Math.Max(joinedSeq, since - (present - seq));
        var take = limit ?? Limits.PageSize;
        var rows = await db
            .Messages.AsNoTracking()
            .Where(message =>
                message.ConversationId == conversation.Value && message.Seq > behind && message.Pts > since
            )
            .OrderBy(message => message.Seq)
            .Take(take + 1)
            .ToListAsync(cancellationToken);
        var (messages, hasMore) = WireMessages.Merge(
            rows,
            tail.Where(write => write.Message!.Seq > behind && write.Message.Pts > since),
            take
        );
        var pts = hasMore ? messages[^1].Pts : Math.Max(present, messages.Count > 0 ? messages[^1].Pts : 0);
        return new ConversationDifference(conversation, messages, pts, !hasMore);
    }

    /// <summary>A page of a conversation.</summary>
    public async Task<Outcome<HistoryPage>> HistoryAsync(
        UserId user,
        ConversationId conversation,
        long? before,
        long? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (before is < 1 || after is < 0 || (before is not null && after is not null) || !IsLimit(limit))
        {
            return Outcome<HistoryPage>.Refused(ErrorCode.InvalidRequest);
        }

        var tail = tails.Of(conversation);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await JoinedSeqAsync(db, user, conversation, cancellationToken) is not { } joinedSeq)
        {
            return Outcome<HistoryPage>.Refused(ErrorCode.NotFound);
        }

        var take = limit ?? Limits.DefaultPageSize;
        var (low, high) = (Math.Max(joinedSeq, after ?? 0), before ?? long.MaxValue);
        var range = db
            .Messages.AsNoTracking()
            .Where(message => message.ConversationId == conversation.Value && message.Seq > low && message.Seq < high);
        var isDescending = after is null;
        var rows = await (
            isDescending ? range.OrderByDescending(message => message.Seq) : range.OrderBy(message => message.Seq)
        )
            .Take(take + 1)
            .ToListAsync(cancellationToken);
        var (messages, hasMore) = WireMessages.Merge(
            rows,
            tail.Where(write => write.Message!.Seq > low && write.Message.Seq < high),
            take,
            isDescending
        );
        return new HistoryPage(messages, hasMore);
    }

    internal static bool IsLimit(int? limit) => limit is null or (> 0 and <= Limits.PageSize);

    /// <summary>From where on a person sees a conversation; null when they are not in it.</summary>
    private static async Task<long?> JoinedSeqAsync(
        HongyanDb db,
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    ) =>
        await db
            .Members.Where(member =>
                member.ConversationId == conversation.Value && member.UserId == user.Value && !member.HasLeft
            )
            .Select(member => (long?)member.JoinedSeq)
            .SingleOrDefaultAsync(cancellationToken);

    private static async Task<long> PersonalPtsAsync(HongyanDb db, UserId user, CancellationToken cancellationToken) =>
        await db
            .UserCursors.Where(cursor => cursor.UserId == user.Value)
            .Select(cursor => (long?)cursor.Pts)
            .SingleOrDefaultAsync(cancellationToken)
        ?? 0;
}
