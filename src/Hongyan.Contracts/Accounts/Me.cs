using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Accounts;

/// <summary>One's own account.</summary>
public sealed record Me
{
    /// <summary>The person's id.</summary>
    public required UserId Id { get; init; }

    /// <summary>The handle, in lower case.</summary>
    public required string Handle { get; init; }

    /// <summary>The display name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The version of the uploaded avatar, to be fetched at <c>/api/users/{id}/avatar?v={avatar}</c>;
    /// null when the person has none and the client draws the default from id and name.
    /// </summary>
    public string? Avatar { get; init; }

    /// <summary>Where the person says they are; empty when not said.</summary>
    public required string Region { get; init; }

    /// <summary>A line about themselves; empty when not said.</summary>
    public required string Signature { get; init; }
}
