using Hongyan.Contracts.Conversations;

namespace Hongyan.Server.Storage.Model;

/// <summary>A person in a conversation, with how far they have got.</summary>
internal sealed class MemberRow
{
    public required long ConversationId { get; init; }
    public required long UserId { get; init; }
    public required MemberRole Role { get; set; }
    public required long JoinedAt { get; set; }

    /// <summary>Messages up to this number were there before and stay unseen.</summary>
    public required long JoinedSeq { get; set; }

    public required long ReadSeq { get; set; }
    public required long DeliveredSeq { get; set; }

    /// <summary>Whether the person has left; such a row gives no access to anything.</summary>
    public required bool HasLeft { get; set; }
}
