using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// One thing to commit: any of its parts may be missing. Everything in it becomes durable together.
/// </summary>
internal class LogWrite
{
    private static readonly PersonalKey[] NoKeys = [];

    /// <summary>The conversation it concerns.</summary>
    public required ConversationId Conversation { get; init; }

    /// <summary>A new conversation, with all its first members in <see cref="Members"/>.</summary>
    public NewConversation? Create { get; init; }

    /// <summary>The group's new name.</summary>
    public string? Title { get; init; }

    /// <summary>Members that join, leave, or take another role; whole rows, to be inserted or to replace what is there.</summary>
    public IReadOnlyList<MemberWrite> Members { get; init; } = [];

    /// <summary>A new message.</summary>
    public MessageWrite? Message { get; set; }

    /// <summary>Marks that move.</summary>
    public MarkWrite? Mark { get; init; }

    /// <summary>The personal things that change with it.</summary>
    public PersonalKey[] Personal { get; init; } = NoKeys;

    /// <summary>Whether it is a message and nothing else, as nearly every write is.</summary>
    public bool IsSend =>
        Message is not null
        && Create is null
        && Title is null
        && Mark is null
        && Members.Count == 0
        && Personal.Length == 0;

    /// <summary>Filled in by the commit: the count each of <see cref="Personal"/> took.</summary>
    public long[] PersonalPts { get; set; } = [];
}

/// <summary>A conversation to be made.</summary>
internal sealed record NewConversation(ConversationKind Kind, string Title, string? UniqueKey, long CreatedAt);

/// <summary>A member's row to be inserted, or to take the place of the one that is there.</summary>
internal sealed record MemberWrite(
    UserId User,
    MemberRole Role,
    long JoinedAt,
    long JoinedSeq,
    long ReadSeq,
    long DeliveredSeq,
    bool HasLeft
);

/// <summary>A message to be inserted.</summary>
internal sealed record MessageWrite(
    long Seq,
    long Pts,
    UserId Sender,
    Guid ClientId,
    long SentAt,
    long PayloadHash,
    ReadOnlyMemory<byte> Body
);

/// <summary>A member's marks, as they are from now on.</summary>
internal sealed record MarkWrite(UserId User, long ReadSeq, long DeliveredSeq);
