using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>Reads conversation heads: one query finds the page, a few more fill it, whatever its size.</summary>
internal static class HeadReader
{
    public static async Task<Page<ConversationHead>> PageAsync(
        HongyanDb db,
        MessageTail tails,
        UserId user,
        HeadCursor? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var own = db.Members.Where(member => member.UserId == user.Value && !member.HasLeft);
        var newest = new Dictionary<long, long>();
        if (tails.Count > 0)
        {
            foreach (var id in await own.Select(member => member.ConversationId).ToListAsync(cancellationToken))
            {
                if (tails.NewestOf(new ConversationId(id)) is { } message)
                {
                    newest.Add(id, message.SentAt);
                }
            }
        }

        // Sorted here and not there: when a conversation was last active may be known to its tail alone.
        var active = await (
            from member in own
            join conversation in db.Conversations on member.ConversationId equals conversation.Id
            select new
            {
                conversation.Id,
                ActiveAt = db.Messages.Where(message => message.ConversationId == conversation.Id)
                    .OrderByDescending(message => message.Seq)
                    .Select(message => (long?)message.SentAt)
                    .FirstOrDefault()
                    ?? conversation.CreatedAt,
            }
        ).ToListAsync(cancellationToken);
        var page = active
            .Select(row => new HeadCursor(Math.Max(row.ActiveAt, newest.GetValueOrDefault(row.Id)), row.Id))
            .Where(place => after is not { } cursor || place.CompareTo(cursor) < 0)
            .OrderDescending()
            .Take(limit + 1)
            .ToList();
        var hasMore = page.Count > limit;
        if (hasMore)
        {
            page.RemoveAt(limit);
        }

        var heads = await OfAsync(db, tails, user, [.. page.Select(place => place.Conversation)], cancellationToken);
        var order = page.Index().ToDictionary(place => place.Item.Conversation, place => place.Index);
        return new Page<ConversationHead>
        {
            Items = [.. heads.OrderBy(head => order[head.Id.Value])],
            Next = hasMore ? page[^1].ToString() : null,
        };
    }

    /// <summary>The heads of those of the conversations that the person is in, in no particular order.</summary>
    public static async Task<List<ConversationHead>> OfAsync(
        HongyanDb db,
        MessageTail tails,
        UserId user,
        IReadOnlyCollection<long> conversations,
        CancellationToken cancellationToken
    )
    {
        var newest = conversations
            .Select(id => (Id: id, Message: tails.NewestOf(new ConversationId(id))))
            .Where(pair => pair.Message is not null)
            .ToDictionary(pair => pair.Id, pair => pair.Message!);
        var rows = await (
            from member in db.Members
            where member.UserId == user.Value && !member.HasLeft && conversations.Contains(member.ConversationId)
            join conversation in db.Conversations on member.ConversationId equals conversation.Id
            select new HeadRow
            {
                Conversation = conversation,
                Member = member,
                MemberCount = db.Members.Count(other => other.ConversationId == conversation.Id && !other.HasLeft),
            }
        )
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var lasts = await LastsAsync(db, [.. rows.Select(row => row.Conversation.Id)], cancellationToken);
        var peers = await PeersAsync(
            db,
            user,
            [.. rows.Where(row => row.Conversation.Kind == ConversationKind.Direct).Select(row => row.Conversation.Id)],
            cancellationToken
        );
        return
        [
            .. rows.Select(row =>
                ToHead(
                    row,
                    lasts.GetValueOrDefault(row.Conversation.Id),
                    peers.GetValueOrDefault(row.Conversation.Id),
                    newest.GetValueOrDefault(row.Conversation.Id)
                )
            ),
        ];
    }

    /// <summary>
    /// The last message of each in the tables. Not as a part of the query above: the store would number all messages there
    /// are to find these.
    /// </summary>
    private static async Task<Dictionary<long, MessageRow>> LastsAsync(
        HongyanDb db,
        IReadOnlyCollection<long> conversations,
        CancellationToken cancellationToken
    ) =>
        await (
            from conversation in db.Conversations
            where conversations.Contains(conversation.Id)
            from message in db.Messages
            where
                message.ConversationId == conversation.Id
                && message.Seq
                    == db.Messages.Where(other => other.ConversationId == conversation.Id)
                        .OrderByDescending(other => other.Seq)
                        .Select(other => other.Seq)
                        .FirstOrDefault()
            select message
        )
            .AsNoTracking()
            .ToDictionaryAsync(message => message.ConversationId, cancellationToken);

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

    /// <summary>The last message: of the tables, or of the tail when that goes further.</summary>
    private static Message? Newer(HeadRow row, MessageRow? last, MessageWrite? newest) =>
        newest is not null && newest.Seq > (last?.Seq ?? 0)
            ? WireMessages.ToWire(new ConversationId(row.Conversation.Id), newest)
        : last is null ? null
        : WireMessages.ToWire(last);

    private static ConversationHead ToHead(HeadRow row, MessageRow? stored, Peer? peer, MessageWrite? newest)
    {
        var (conversation, member) = (row.Conversation, row.Member);
        var last = Newer(row, stored, newest);
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
            Pts = last?.Pts ?? 0,
            JoinedSeq = member.JoinedSeq,
            ReadSeq = member.ReadSeq,
            PeerReadSeq = peer?.ReadSeq,
            PeerDeliveredSeq = peer?.DeliveredSeq,
            LastMessage = last is not null && last.Seq > member.JoinedSeq ? last : null,
            ActiveAt = last?.SentAt ?? conversation.CreatedAt,
        };
    }

    private sealed record HeadRow
    {
        public required ConversationRow Conversation { get; init; }
        public required MemberRow Member { get; init; }
        public required int MemberCount { get; init; }
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
