using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Privacy;

/// <summary>What there is between the one who asks and a person, as far as the one who asks may know.</summary>
internal sealed record PersonFacts
{
    public required Person Person { get; init; }
    public required string Region { get; init; }
    public required string Signature { get; init; }

    public required bool IsSelf { get; init; }
    public required bool IsContact { get; init; }

    /// <summary>
    /// The request the one who asks has sent and that is open to their knowledge: a declined one too, because a decline
    /// is not told.
    /// </summary>
    public ContactRequestId? Sent { get; init; }

    /// <summary>The request that waits for an answer of the one who asks.</summary>
    public ContactRequestId? Received { get; init; }

    /// <summary>
    /// Whether the one who asks is in a conversation now that the other is in or has been in: what the other wrote
    /// there can be read, and has a name.
    /// </summary>
    public required bool SharesConversation { get; init; }
}
