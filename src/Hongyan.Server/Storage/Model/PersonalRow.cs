namespace Hongyan.Server.Storage.Model;

/// <summary>
/// That a thing of a person's has changed, and at which count; the thing itself is read in its present state.
/// One row per thing: a later change moves the row to a later count.
/// </summary>
internal sealed class PersonalRow
{
    public required long UserId { get; init; }
    public required PersonalKind Kind { get; init; }

    /// <summary>The thing's id within its kind.</summary>
    public required long Key { get; init; }

    public required long Pts { get; set; }
}
