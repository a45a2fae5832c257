using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Conversations;

/// <summary>Tells the retry of a command from another one that carries the same client id.</summary>
internal static class EarlierCommand
{
    /// <summary>Whether what the client id was used for is this message, in this conversation.</summary>
    public static bool IsSame(StoredSend before, ConversationId conversation, MessageBody body) =>
        before.Conversation == conversation
        && before.PayloadHash == Sequencer.PayloadHash(conversation, Frames.SerializeBody(body));
}
