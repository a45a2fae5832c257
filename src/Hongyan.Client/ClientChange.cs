using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <summary>Something that happened, in an order in which it can be applied: nothing missing, nothing twice.</summary>
public abstract record ClientChange;

/// <summary>A conversation as it is: seen for the first time on this device, or fetched while catching up.</summary>
/// <param name="Head">The conversation.</param>
public sealed record HeadSeen(ConversationHead Head) : ClientChange;

/// <summary>A message is new or has changed. In a conversation these come by rising <see cref="Message.Pts"/>.</summary>
/// <param name="Message">The message as it is.</param>
public sealed record MessageChanged(Message Message) : ClientChange;

/// <summary>Something of one's own has changed.</summary>
/// <param name="Change">The thing as it is.</param>
public sealed record PersonalChanged(PersonalChange Change) : ClientChange;

/// <summary>
/// The other person of a direct conversation moved their marks. What moved while the line was down is in the next
/// <see cref="HeadSeen"/>; of a conversation that had been quiet for long there is none, and who opens it asks
/// <see cref="HongyanApi.ConversationAsync"/>.
/// </summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">Who.</param>
/// <param name="ReadSeq">The last message they have read.</param>
/// <param name="DeliveredSeq">The last message that reached one of their devices.</param>
public sealed record MarksMoved(ConversationId Conversation, UserId User, long ReadSeq, long DeliveredSeq)
    : ClientChange;

/// <summary>Somebody is typing; forget it after 6 seconds.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">Who.</param>
public sealed record TypingSeen(ConversationId Conversation, UserId User) : ClientChange;

/// <summary>
/// A message of one's own is durable, and out of the outbox. Its <see cref="MessageChanged"/> came before, unless this
/// device first saw the conversation when the message was already in it, or is no member any more.
/// </summary>
/// <param name="Item">What was sent.</param>
/// <param name="Seq">Its place in the conversation.</param>
public sealed record SendSucceeded(OutboxItem Item, long Seq) : ClientChange;

/// <summary>A message of one's own was refused for good, and is out of the outbox.</summary>
/// <param name="Item">What was to be sent.</param>
/// <param name="Code">Why, one of <see cref="Contracts.Errors.ErrorCode"/>.</param>
public sealed record SendFailed(OutboxItem Item, string Code) : ClientChange;

/// <summary>The line is up and everything missed has been told, or it is down.</summary>
/// <param name="IsInStep">Whether this device is in step with the server.</param>
public sealed record InStepChanged(bool IsInStep) : ClientChange;
