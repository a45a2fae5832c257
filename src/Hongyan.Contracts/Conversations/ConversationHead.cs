using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Contracts.Conversations;

/// <summary>A row of one's conversation list: everything needed to show it, and its counters.</summary>
public sealed record ConversationHead
{
    /// <summary>The conversation's id.</summary>
    public required ConversationId Id { get; init; }

    /// <summary>What sort of conversation it is.</summary>
    public required ConversationKind Kind { get; init; }

    /// <summary>The group's name; null for the other kinds.</summary>
    public string? Title { get; init; }

    /// <summary>The other person; only for a direct conversation.</summary>
    public Person? Peer { get; init; }

    /// <summary>How many members there are.</summary>
    public required int MemberCount { get; init; }

    /// <summary>One's own role.</summary>
    public required MemberRole Role { get; init; }

    /// <summary>Whether one may write here now; false for a direct conversation of people who are not contacts any more.</summary>
    public required bool CanSend { get; init; }

    /// <summary>The number of the last message; 0 when there is none.</summary>
    public required long Seq { get; init; }

    /// <summary>The conversation's change counter.</summary>
    public required long Pts { get; init; }

    /// <summary>Messages up to this number were there before one joined, and cannot be seen.</summary>
    public required long JoinedSeq { get; init; }

    /// <summary>The last message one has read. Unread = <c>Seq - max(ReadSeq, JoinedSeq)</c>.</summary>
    public required long ReadSeq { get; init; }

    /// <summary>The last message the other has read; only for a direct conversation.</summary>
    public long? PeerReadSeq { get; init; }

    /// <summary>The last message that reached one of the other's devices; only for a direct conversation.</summary>
    public long? PeerDeliveredSeq { get; init; }

    /// <summary>The last message one may see, if any.</summary>
    public Message? LastMessage { get; init; }

    /// <summary>When the last message was sent, or the conversation made, in Unix milliseconds. The list's order, newest first.</summary>
    public required long ActiveAt { get; init; }
}
