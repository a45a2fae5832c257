using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Log;

/// <summary>A conversation as the log holds it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Title">The group's name; empty for the other kinds.</param>
/// <param name="Seq">The last message's number; 0 when there is none.</param>
/// <param name="Pts">The change counter; 0 when there is no message.</param>
/// <param name="CanSend">False for a direct conversation of two who are not both in one another's contacts.</param>
/// <param name="Members">Those who are in it now, by when they joined, then by id.</param>
internal sealed record StoredConversation(
    ConversationId Id,
    ConversationKind Kind,
    string Title,
    long Seq,
    long Pts,
    bool CanSend,
    IReadOnlyList<StoredMember> Members
);

/// <summary>A member as the log holds them.</summary>
internal sealed record StoredMember(
    UserId User,
    MemberRole Role,
    long JoinedAt,
    long JoinedSeq,
    long ReadSeq,
    long DeliveredSeq
);

/// <summary>A send as the log holds it.</summary>
internal readonly record struct StoredSend(
    ConversationId Conversation,
    long Seq,
    long Pts,
    long SentAt,
    long PayloadHash
);
