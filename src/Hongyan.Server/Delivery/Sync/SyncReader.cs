using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>
/// What a device asks to be in step: the same answers over the socket and over HTTP. Who may see what is part of each
/// query, so that what is absent and what is not one's own look the same.
/// </summary>
internal sealed class SyncReader(IDbContextFactory<HongyanDb> contexts, PersonalRendering rendering)
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
        return await HeadReader.PageAsync(db, user, cursor, limit ?? Limits.DefaultPageSize, cancellationToken);
    }

    /// <summary>One conversation of a person's.</summary>
    public async Task<Outcome<ConversationHead>> HeadAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var heads = await HeadReader.OfAsync(db, user, [conversation.Value], cancellationToken);
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

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await JoinedSeqAsync(db, user, conversation, cancellationToken) is not { } joinedSeq)
        {
            return Outcome<ConversationDifference>.Refused(ErrorCode.NotFound);
        }

        var all = db.Messages.AsNoTracking().Where(message => message.ConversationId == conversation.Value);
        var present = await all.MaxAsync(message => (long?)message.Pts, cancellationToken) ?? 0;
        var take = limit ?? Limits.PageSize;
        var rows = await all.Where(message => message.Pts > since && message.Seq > joinedSeq)
            .OrderBy(message => message.Pts)
            .Take(take + 1)
            .ToListAsync(cancellationToken);
        var isComplete = rows.Count <= take;
        if (!isComplete)
        {
            rows.RemoveAt(take);
        }

        var pts = isComplete ? Math.Max(present, rows.Count > 0 ? rows[^1].Pts : 0) : rows[^1].Pts;
        return new ConversationDifference(conversation, [.. rows.Select(WireMessages.ToWire)], pts, isComplete);
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

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await JoinedSeqAsync(db, user, conversation, cancellationToken) is not { } joinedSeq)
        {
            return Outcome<HistoryPage>.Refused(ErrorCode.NotFound);
        }

        var take = limit ?? Limits.DefaultPageSize;
        var visible = db
            .Messages.AsNoTracking()
            .Where(message => message.ConversationId == conversation.Value && message.Seq > joinedSeq);
        var query = after is { } from
            ? visible.Where(message => message.Seq > from).OrderBy(message => message.Seq)
            : visible
                .Where(message => message.Seq < (before ?? long.MaxValue))
                .OrderByDescending(message => message.Seq);
        var rows = await query.Take(take + 1).ToListAsync(cancellationToken);
        var hasMore = rows.Count > take;
        if (hasMore)
        {
            rows.RemoveAt(take);
        }

        if (after is null)
        {
            rows.Reverse();
        }

        return new HistoryPage([.. rows.Select(WireMessages.ToWire)], hasMore);
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
