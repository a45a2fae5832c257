namespace Hongyan.Contracts;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The type of the rows.</typeparam>
public sealed record Page<T>
{
    /// <summary>The rows, in the order the list documents.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>An opaque cursor to pass as <c>after</c> for the next page, or null when this is the last one.</summary>
    public string? Next { get; init; }
}
