using System.Text.Json.Serialization;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Sync;

/// <summary>
/// A change in what belongs to one person, by <c>kind</c>; always the present state of the thing, so that applying it
/// twice or skipping an older one does no harm.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(MeChanged), "me")]
[JsonDerivedType(typeof(ContactChanged), "contact")]
[JsonDerivedType(typeof(ContactRemoved), "contact_removed")]
[JsonDerivedType(typeof(RequestChanged), "request")]
[JsonDerivedType(typeof(ConversationChanged), "conversation")]
[JsonDerivedType(typeof(ConversationRemoved), "conversation_removed")]
[JsonDerivedType(typeof(ReadMoved), "read")]
public abstract record PersonalChange;

/// <summary>One's own profile.</summary>
/// <param name="Me">The profile as it is.</param>
public sealed record MeChanged(Me Me) : PersonalChange;

/// <summary>
/// A contact was added or has changed. Who they are is told here alone: their new name and picture hold wherever else
/// they appear, as the peer of a conversation and in requests.
/// </summary>
/// <param name="Contact">The contact as it is.</param>
public sealed record ContactChanged(Contact Contact) : PersonalChange;

/// <summary>A contact was removed.</summary>
/// <param name="User">Who is no contact any more.</param>
public sealed record ContactRemoved(UserId User) : PersonalChange;

/// <summary>A contact request came, went, or was answered; or a person in it who is no contact has changed.</summary>
/// <param name="Request">The request as it is.</param>
public sealed record RequestChanged(ContactRequest Request) : PersonalChange;

/// <summary>One is a member of a new conversation, or its name, members, peer or one's own rights in it changed.</summary>
/// <param name="Head">The conversation as it is.</param>
public sealed record ConversationChanged(ConversationHead Head) : PersonalChange;

/// <summary>One is a member no more.</summary>
/// <param name="Conversation">The conversation.</param>
public sealed record ConversationRemoved(ConversationId Conversation) : PersonalChange;

/// <summary>One's own read mark moved, on this or another device.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="ReadSeq">The last message read.</param>
public sealed record ReadMoved(ConversationId Conversation, long ReadSeq) : PersonalChange;
