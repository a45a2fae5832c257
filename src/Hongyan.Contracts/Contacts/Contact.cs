namespace Hongyan.Contracts.Contacts;

/// <summary>A row of one's contact list.</summary>
public sealed record Contact
{
    /// <summary>The person.</summary>
    public required Person Person { get; init; }

    /// <summary>Where they say they are; empty when not said.</summary>
    public required string Region { get; init; }

    /// <summary>A line about themselves; empty when not said.</summary>
    public required string Signature { get; init; }

    /// <summary>The letter the contact is listed under: A to Z by pinyin or Latin initial, '#' for all else.</summary>
    public required string Initial { get; init; }

    /// <summary>
    /// What the list is sorted by: the romanized name in lower case, then the name itself. Sorted ordinally, '#' last.
    /// </summary>
    public required string SortKey { get; init; }

    /// <summary>Since when they are contacts, in Unix milliseconds.</summary>
    public required long Since { get; init; }
}
