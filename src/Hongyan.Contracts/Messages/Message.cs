using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Messages;

/// <summary>A message, in its present state.</summary>
public sealed record Message
{
    /// <summary>The conversation it belongs to.</summary>
    public required ConversationId Conversation { get; init; }

    /// <summary>Its place in the conversation: dense, from 1, never changed.</summary>
    public required long Seq { get; init; }

    /// <summary>The conversation's change counter when this message last changed.</summary>
    public required long Pts { get; init; }

    /// <summary>Who sent it, or did what it tells of.</summary>
    public required UserId Sender { get; init; }

    /// <summary>The id its sender's device gave it, a UUID version 7.</summary>
    public required Guid ClientId { get; init; }

    /// <summary>What it says.</summary>
    public required MessageBody Body { get; init; }

    /// <summary>When the server took it, in Unix milliseconds.</summary>
    public required long SentAt { get; init; }
}
