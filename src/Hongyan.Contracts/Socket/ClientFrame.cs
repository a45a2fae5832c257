using System.Text.Json.Serialization;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Contracts.Socket;

/// <summary>
/// What a client says over the socket, by <c>t</c>. A text frame holds one of these or an array of them, answered in
/// order. The first must be <see cref="Hello"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Send), "send")]
[JsonDerivedType(typeof(Mark), "mark")]
[JsonDerivedType(typeof(SetTyping), "typing")]
[JsonDerivedType(typeof(GetChanges), "changes")]
[JsonDerivedType(typeof(GetHeads), "heads")]
[JsonDerivedType(typeof(GetDifference), "difference")]
[JsonDerivedType(typeof(GetHistory), "history")]
[JsonDerivedType(typeof(Ping), "ping")]
public abstract record ClientFrame;

/// <summary>Who is there. Must arrive within 10 seconds of the handshake. Answered by <see cref="Welcome"/>.</summary>
/// <param name="V">The protocol's version: 1.</param>
/// <param name="Token">The access token.</param>
public sealed record Hello(int V, string Token) : ClientFrame;

/// <summary>Sends a message. Answered by <see cref="Ack"/> once it is durable, or by <see cref="Error"/>.</summary>
/// <param name="Conversation">Where to.</param>
/// <param name="ClientId">A UUID version 7 of the client's; a retry uses the same one.</param>
/// <param name="Body">What it says.</param>
public sealed record Send(ConversationId Conversation, Guid ClientId, MessageBody Body) : ClientFrame;

/// <summary>Moves one's marks forward; see <see cref="MarkRequest"/>. Not answered, unless by <see cref="Error"/>.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="Read">The last message read.</param>
/// <param name="Delivered">The last message that reached this device.</param>
public sealed record Mark(ConversationId Conversation, long? Read = null, long? Delivered = null) : ClientFrame;

/// <summary>
/// One is typing; shown to the others for 6 seconds or until the message comes. Say it again at most every 3 seconds.
/// Not answered.
/// </summary>
/// <param name="Conversation">Where.</param>
public sealed record SetTyping(ConversationId Conversation) : ClientFrame;

/// <summary>Asks for personal changes. Answered by <see cref="Changes"/>.</summary>
/// <param name="Id">Comes back in the answer.</param>
/// <param name="Since">The client's personal counter; 0 gives the whole present state.</param>
/// <param name="Limit">At most 200; 200 when null.</param>
public sealed record GetChanges(int Id, long Since, int? Limit = null) : ClientFrame;

/// <summary>Asks for conversation heads, newest activity first. Answered by <see cref="Heads"/>.</summary>
/// <param name="Id">Comes back in the answer.</param>
/// <param name="After">The <c>next</c> of the page before; null for the first page.</param>
/// <param name="Limit">At most 200; 50 when null.</param>
public sealed record GetHeads(int Id, string? After = null, int? Limit = null) : ClientFrame;

/// <summary>Asks what has changed in a conversation. Answered by <see cref="Difference"/>.</summary>
/// <param name="Id">Comes back in the answer.</param>
/// <param name="Conversation">Where.</param>
/// <param name="Since">The client's counter for it.</param>
/// <param name="Limit">At most 200; 200 when null.</param>
public sealed record GetDifference(int Id, ConversationId Conversation, long Since, int? Limit = null) : ClientFrame;

/// <summary>
/// Asks for a page of a conversation: the one that ends before <paramref name="Before"/>, or begins after
/// <paramref name="After"/>; the newest page when neither is given; both is an error. Answered by <see cref="History"/>.
/// </summary>
/// <param name="Id">Comes back in the answer.</param>
/// <param name="Conversation">Where.</param>
/// <param name="Before">A message number, itself not included.</param>
/// <param name="After">A message number, itself not included.</param>
/// <param name="Limit">At most 200; 50 when null.</param>
public sealed record GetHistory(
    int Id,
    ConversationId Conversation,
    long? Before = null,
    long? After = null,
    int? Limit = null
) : ClientFrame;

/// <summary>Is the line alive, and was nothing missed? Answered by <see cref="Pong"/>.</summary>
/// <param name="Id">Comes back in the answer.</param>
public sealed record Ping(int Id) : ClientFrame;
