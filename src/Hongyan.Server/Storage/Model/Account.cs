using Microsoft.AspNetCore.Identity;

namespace Hongyan.Server.Storage.Model;

/// <summary>A person's account. <see cref="IdentityUser{TKey}.UserName"/> is the handle, in lower case.</summary>
internal sealed class Account : IdentityUser<long>
{
    public required string Name { get; set; }

    /// <summary>The letter the name is listed under, and what it is sorted by; both follow from the name.</summary>
    public required string Initial { get; set; }

    /// <inheritdoc cref="Initial"/>
    public required string SortKey { get; set; }

    public string Region { get; set; } = "";
    public string Signature { get; set; } = "";

    /// <summary>The version of the uploaded avatar, or null when there is none.</summary>
    public string? Avatar { get; set; }

    public required long CreatedAt { get; init; }
}
