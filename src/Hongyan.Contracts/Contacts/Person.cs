using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Contacts;

/// <summary>What others may see of a person.</summary>
public sealed record Person
{
    /// <summary>The person's id.</summary>
    public required UserId Id { get; init; }

    /// <summary>The handle, in lower case.</summary>
    public required string Handle { get; init; }

    /// <summary>The display name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the uploaded avatar, or null; see <see cref="Accounts.Me.Avatar"/>.</summary>
    public string? Avatar { get; init; }
}
