using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Messages;

/// <summary>Sends a message over HTTP; the socket's <c>send</c> frame does the same.</summary>
/// <param name="ClientId">A UUID version 7 of the client's. A retry with the same id and body returns the first answer.</param>
/// <param name="Body">What it says.</param>
public sealed record SendMessageRequest(Guid ClientId, MessageBody Body);

/// <summary>The answer to a send: the message is durable, at this place.</summary>
/// <param name="Conversation">Where it was sent.</param>
/// <param name="ClientId">The client's id for it.</param>
/// <param name="Seq">Its place in the conversation.</param>
/// <param name="Pts">The change counter it took when it was first committed.</param>
/// <param name="SentAt">When the server took it, in Unix milliseconds.</param>
public sealed record MessageSent(ConversationId Conversation, Guid ClientId, long Seq, long Pts, long SentAt);

/// <summary>A page of a conversation, in the order of <see cref="Message.Seq"/>.</summary>
/// <param name="Messages">The messages, oldest first.</param>
/// <param name="HasMore">Whether there are more in the direction asked for.</param>
public sealed record HistoryPage(IReadOnlyList<Message> Messages, bool HasMore);

/// <summary>
/// How far a person has got. A mark only ever moves forward; a lower one changes nothing. A read mark moves the
/// delivered mark with it. Marks past the last message count as the last message.
/// </summary>
/// <param name="Read">The last message read, if that moves.</param>
/// <param name="Delivered">The last message that reached this device, if that moves.</param>
public sealed record MarkRequest(long? Read = null, long? Delivered = null);
