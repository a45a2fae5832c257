using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Contacts;

/// <summary>A person's card, as the one who asks may see it.</summary>
public sealed record PersonDetails
{
    /// <summary>The person.</summary>
    public required Person Person { get; init; }

    /// <summary>Where they say they are; empty when not said or not for strangers.</summary>
    public required string Region { get; init; }

    /// <summary>A line about themselves; empty when not said or not for strangers.</summary>
    public required string Signature { get; init; }

    /// <summary>How they stand to the one who asks.</summary>
    public required Relation Relation { get; init; }

    /// <summary>The open request between the two, if <see cref="Relation"/> is requested or waiting.</summary>
    public ContactRequestId? Request { get; init; }
}
