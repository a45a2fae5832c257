using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>Reads conversation heads: one query finds the page, a few more fill it, whatever its size.</summary>
internal static class HeadReader
{
    public static async Task<Page<ConversationHead>> PageAsync(
        HongyanDb db,
        UserId user,
        HeadCursor? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var active =
            from member in db.Members
            where member.UserId == user.Value && !member.HasLeft
            join conversation in db.Conversations on member.ConversationId equals conversation.Id
            select new
            {
                conversation.Id,
                ActiveAt = db.Messages.Where(message => message.ConversationId == conversation.Id)
                    .OrderByDescending(message => message.Seq)
                    .Select(message => (long?)message.SentAt)
                    .FirstOrDefault()
                    ?? conversation.CreatedAt,
            };
        if (after is { } cursor)
        {
            active = active.Where(row =>
                row.ActiveAt < cursor.ActiveAt || (row.ActiveAt == cursor.ActiveAt && row.Id < cursor.Conversation)
            );
        }

        var page = await active
            .OrderByDescending(row => row.ActiveAt)
            .ThenByDescending(row => row.Id)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        var hasMore = page.Count > limit;
        if (hasMore)
        {
            page.RemoveAt(limit);
        }

        var heads = await OfAsync(db, user, [.. page.Select(row => row.Id)], cancellationToken);
        var order = page.Select((row, index) => (row.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);
        return new Page<ConversationHead>
        {
            Items = [.. heads.OrderBy(head => order[head.Id.Value])],
            Next = hasMore ? new HeadCursor(page[^1].ActiveAt, page[^1].Id).ToString() : null,
        };
    }

    /// <summary>The heads of those of the conversations that the person is in, in no particular order.</summary>
    public static async Task<List<ConversationHead>> OfAsync(
        HongyanDb db,
        UserId user,
        IReadOnlyCollection<long> conversations,
        CancellationToken cancellationToken
    )
    {
        var rows = await (
            from member in db.Members
            where member.UserId == user.Value && !member.HasLeft && conversations.Contains(member.ConversationId)
            join conversation in db.Conversations on member.ConversationId equals conversation.Id
            select new HeadRow
            {
                Conversation = conversation,
                Member = member,
                MemberCount = db.Members.Count(other => other.ConversationId == conversation.Id && !other.HasLeft),
                Pts =
                    db.Messages.Where(message => message.ConversationId == conversation.Id)
                        .Max(message => (long?)message.Pts)
                    ?? 0,
                Last = db
                    .Messages.Where(message => message.ConversationId == conversation.Id)
                    .OrderByDescending(message => message.Seq)
                    .FirstOrDefault(),
            }
        )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var peers = await PeersAsync(
            db,
            user,
            [.. rows.Where(row => row.Conversation.Kind == ConversationKind.Direct).Select(row => row.Conversation.Id)],
            cancellationToken
        );
        return [.. rows.Select(row => ToHead(row, peers.GetValueOrDefault(row.Conversation.Id)))];
    }

    private static async Task<Dictionary<long, Peer>> PeersAsync(
        HongyanDb db,
        UserId user,
        IReadOnlyCollection<long> directs,
        CancellationToken cancellationToken
    )
    {
        if (directs.Count == 0)
        {
            return [];
        }

        return await (
            from other in db.Members
            where directs.Contains(other.ConversationId) && other.UserId != user.Value
            join account in db.Users on other.UserId equals account.Id
            select new Peer
            {
                Conversation = other.ConversationId,
                Id = other.UserId,
                Handle = account.UserName!,
                Name = account.Name,
                Avatar = account.Avatar,
                ReadSeq = other.ReadSeq,
                DeliveredSeq = other.DeliveredSeq,
                AreContacts =
                    db.Contacts.Any(contact => contact.OwnerId == user.Value && contact.OtherId == other.UserId)
                    && db.Contacts.Any(contact => contact.OwnerId == other.UserId && contact.OtherId == user.Value),
            }
        ).ToDictionaryAsync(peer => peer.Conversation, cancellationToken);
    }

    private static ConversationHead ToHead(HeadRow row, Peer? peer)
    {
        var (conversation, member, last) = (row.Conversation, row.Member, row.Last);
        return new ConversationHead
        {
            Id = new ConversationId(conversation.Id),
            Kind = conversation.Kind,
            Title = conversation.Kind == ConversationKind.Group ? conversation.Title : null,
            Peer = peer?.ToPerson(),
            MemberCount = row.MemberCount,
            Role = member.Role,
            CanSend = conversation.Kind != ConversationKind.Direct || peer is { AreContacts: true },
            Seq = last?.Seq ?? 0,
            Pts = row.Pts,
            JoinedSeq = member.JoinedSeq,
            ReadSeq = member.ReadSeq,
            PeerReadSeq = peer?.ReadSeq,
            PeerDeliveredSeq = peer?.DeliveredSeq,
            LastMessage = last is not null && last.Seq > member.JoinedSeq ? WireMessages.ToWire(last) : null,
            ActiveAt = last?.SentAt ?? conversation.CreatedAt,
        };
    }

    private sealed record HeadRow
    {
        public required ConversationRow Conversation { get; init; }
        public required MemberRow Member { get; init; }
        public required int MemberCount { get; init; }
        public required long Pts { get; init; }
        public required MessageRow? Last { get; init; }
    }

    private sealed record Peer
    {
        public required long Conversation { get; init; }
        public required long Id { get; init; }
        public required string Handle { get; init; }
        public required string Name { get; init; }
        public required string? Avatar { get; init; }
        public required long ReadSeq { get; init; }
        public required long DeliveredSeq { get; init; }
        public required bool AreContacts { get; init; }

        public Person ToPerson() =>
            new()
            {
                Id = new UserId(Id),
                Handle = Handle,
                Name = Name,
                Avatar = Avatar,
            };
    }
}
