using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
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
}
