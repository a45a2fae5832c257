using System.Text;
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
        var all = rows.Select(row => new Place(row.Seq, Encoding.UTF8.GetByteCount(row.Body), row, null))
            .Concat(
                tail.Where(write => known.Add(write.Message!.Seq))
                    .Select(write => new Place(write.Message!.Seq, write.Message.Body.Length, null, write))
            );
        var page = new List<Message>();
        var hasMore = false;
        var bytes = 0;
        foreach (var place in isDescending ? all.OrderByDescending(at => at.Seq) : all.OrderBy(at => at.Seq))
        {
            bytes += place.Bytes;
            hasMore = page.Count == limit || (page.Count > 0 && bytes > Limits.PageBytes);
            if (hasMore)
            {
                break;
            }

            page.Add(place.ToWire());
        }

        if (isDescending)
        {
            page.Reverse();
        }

        return (page, hasMore);
    }

    /// <summary>A message of the tables or of the tail.</summary>
    private readonly record struct Place(long Seq, int Bytes, MessageRow? Row, LogWrite? Write)
    {
        public Message ToWire() =>
            Row is not null ? WireMessages.ToWire(Row) : WireMessages.ToWire(Write!.Conversation, Write.Message!);
    }
}
