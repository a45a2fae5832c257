using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage.Model;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>Stored messages as they go over the wire.</summary>
internal static class WireMessages
{
    public static Message ToWire(MessageRow row) =>
        new()
        {
            Conversation = new ConversationId(row.ConversationId),
            Seq = row.Seq,
            Pts = row.Pts,
            Sender = new UserId(row.SenderId),
            ClientId = row.ClientId,
            Body = JsonSerializer.Deserialize(row.Body, HongyanJson.Wire.MessageBody)!,
            SentAt = row.SentAt,
        };

    public static Message ToWire(ConversationId conversation, MessageWrite message) =>
        new()
        {
            Conversation = conversation,
            Seq = message.Seq,
            Pts = message.Pts,
            Sender = message.Sender,
            ClientId = message.ClientId,
            Body = JsonSerializer.Deserialize(message.Body.Span, HongyanJson.Wire.MessageBody)!,
            SentAt = message.SentAt,
        };

    /// <summary>
    /// One page of what lies partly in the tables and partly in the tail.
    /// </summary>
    /// <param name="rows">What the tables hold of it, asked after the tail: at most one more than <paramref name="limit"/>.</param>
    /// <param name="tail">What the tail holds of it.</param>
    /// <param name="limit">The most messages of the page.</param>
    /// <param name="isDescending">Whether the page is the one of the highest numbers.</param>
    /// <returns>The page by rising number, and whether there is more.</returns>
    public static (List<Message> Messages, bool HasMore) Merge(
        IReadOnlyList<MessageRow> rows,
        IEnumerable<LogWrite> tail,
        int limit,
        bool isDescending = false
    )
    {
        var known = rows.Select(row => row.Seq).ToHashSet();
        var all = rows.Select(ToWire)
            .Concat(
                tail.Where(write => known.Add(write.Message!.Seq))
                    .Select(write => ToWire(write.Conversation, write.Message!))
            );
        var page = (isDescending ? all.OrderByDescending(message => message.Seq) : all.OrderBy(message => message.Seq))
            .Take(limit + 1)
            .ToList();
        var hasMore = page.Count > limit;
        if (hasMore)
        {
            page.RemoveAt(limit);
        }

        if (isDescending)
        {
            page.Reverse();
        }

        return (page, hasMore);
    }
}
