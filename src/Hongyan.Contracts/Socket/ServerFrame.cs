using System.Text.Json.Serialization;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.Contracts.Socket;

/// <summary>
/// What the server says over the socket, by <c>t</c>. A text frame holds one of these or an array of them, in order.
/// A client logs and skips a type it does not know.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Ack), "ack")]
[JsonDerivedType(typeof(Pushed), "message")]
[JsonDerivedType(typeof(PersonalPushed), "personal")]
[JsonDerivedType(typeof(Marks), "marks")]
[JsonDerivedType(typeof(Typing), "typing")]
[JsonDerivedType(typeof(Changes), "changes")]
[JsonDerivedType(typeof(Heads), "heads")]
[JsonDerivedType(typeof(Difference), "difference")]
[JsonDerivedType(typeof(History), "history")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(Resync), "resync")]
[JsonDerivedType(typeof(Error), "error")]
public abstract record ServerFrame;

/// <summary>The session is signed in, and everything that changes from here on is pushed.</summary>
/// <param name="Session">The session.</param>
/// <param name="User">The person.</param>
/// <param name="Pts">The person's own change counter.</param>
/// <param name="Now">The server's clock, in Unix milliseconds.</param>
/// <param name="PingSeconds">How often the client should send <see cref="Ping"/>; silence for twice as long closes the socket.</param>
public sealed record Welcome(SessionId Session, UserId User, long Pts, long Now, int PingSeconds) : ServerFrame;

/// <summary>
/// The message is durable. The sending session gets this instead of <see cref="Pushed"/>: with the body it still holds,
/// it is the same change.
/// </summary>
/// <param name="Conversation">Where it was sent.</param>
/// <param name="ClientId">The client's id for it.</param>
/// <param name="Seq">Its place in the conversation.</param>
/// <param name="Pts">The change counter it took when it was first committed.</param>
/// <param name="SentAt">When the server took it, in Unix milliseconds.</param>
public sealed record Ack(ConversationId Conversation, Guid ClientId, long Seq, long Pts, long SentAt) : ServerFrame;

/// <summary>A message is new or has changed.</summary>
/// <param name="Message">The message as it is.</param>
public sealed record Pushed(Message Message) : ServerFrame;

/// <summary>Something of one's own has changed.</summary>
/// <param name="Pts">The person's change counter with it.</param>
/// <param name="Change">The thing as it is.</param>
public sealed record PersonalPushed(long Pts, PersonalChange Change) : ServerFrame;

/// <summary>The other person of a direct conversation has moved their marks.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">Who.</param>
/// <param name="Read">The last message they have read.</param>
/// <param name="Delivered">The last message that reached one of their devices.</param>
public sealed record Marks(ConversationId Conversation, UserId User, long Read, long Delivered) : ServerFrame;

/// <summary>Somebody is typing; forget it after 6 seconds or with their message.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="User">Who.</param>
public sealed record Typing(ConversationId Conversation, UserId User) : ServerFrame;

/// <summary>The answer to <see cref="GetChanges"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Result">What has changed.</param>
public sealed record Changes(int Id, PersonalDifference Result) : ServerFrame;

/// <summary>The answer to <see cref="GetHeads"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Result">A page of heads, newest activity first.</param>
public sealed record Heads(int Id, Page<ConversationHead> Result) : ServerFrame;

/// <summary>The answer to <see cref="GetDifference"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Result">What has changed.</param>
public sealed record Difference(int Id, ConversationDifference Result) : ServerFrame;

/// <summary>The answer to <see cref="GetHistory"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Result">The page.</param>
public sealed record History(int Id, HistoryPage Result) : ServerFrame;

/// <summary>The answer to <see cref="Ping"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Pushed">
/// How many <see cref="Socket.Pushed"/>, <see cref="Ack"/> and <see cref="PersonalPushed"/> this session has been sent
/// since <see cref="Welcome"/> or the last <see cref="Resync"/>.
/// A client that counted fewer has missed one, and resyncs.
/// </param>
/// <param name="Pts">The person's change counter.</param>
/// <param name="Now">The server's clock, in Unix milliseconds.</param>
public sealed record Pong(int Id, long Pushed, long Pts, long Now) : ServerFrame;

/// <summary>
/// This session read too slowly and its queue was dropped, answers to requests among it. Fetch personal changes, heads,
/// and the difference of what is open, as after a reconnect, and ask again what was not answered. The counts behind
/// <see cref="Pong.Pushed"/> start again at 0 on both sides.
/// </summary>
public sealed record Resync : ServerFrame;

/// <summary>A frame could not be carried out. The connection stays open.</summary>
/// <param name="Code">One of <see cref="Errors.ErrorCode"/>.</param>
/// <param name="Message">A short English sentence for developers.</param>
/// <param name="Retryable">Whether the same frame can succeed later.</param>
/// <param name="Id">The id of the request it answers, if it had one.</param>
/// <param name="ClientId">The client id of the send it answers, if it was one.</param>
/// <param name="RetryAfterMs">How long to wait before a retry, when that is known.</param>
public sealed record Error(
    string Code,
    string Message,
    bool Retryable,
    int? Id = null,
    Guid? ClientId = null,
    int? RetryAfterMs = null
) : ServerFrame;
