namespace Hongyan.Server.Storage.Model;

/// <summary>A message, stored once whatever the size of the group.</summary>
internal sealed class MessageRow
{
    public required long ConversationId { get; init; }
    public required long Seq { get; init; }
    public required long Pts { get; init; }
    public required long SenderId { get; init; }
    public required Guid ClientId { get; init; }
    public required long SentAt { get; init; }

    /// <summary>What tells a retry from the misuse of a client id; 0 once the content is gone.</summary>
    public required long PayloadHash { get; init; }

    /// <summary>The body as JSON, its kind included.</summary>
    public required string Body { get; init; }
}
