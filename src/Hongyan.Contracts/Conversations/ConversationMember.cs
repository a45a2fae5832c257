using Hongyan.Contracts.Contacts;

namespace Hongyan.Contracts.Conversations;

/// <summary>A member of a conversation, as other members see them.</summary>
public sealed record ConversationMember
{
    /// <summary>The person.</summary>
    public required Person Person { get; init; }

    /// <summary>What they may do here.</summary>
    public required MemberRole Role { get; init; }

    /// <summary>The last message they have read.</summary>
    public required long ReadSeq { get; init; }

    /// <summary>The last message that reached one of their devices.</summary>
    public required long DeliveredSeq { get; init; }
}
