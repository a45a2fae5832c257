namespace Hongyan.Contracts.Sync;

/// <summary>What has changed for a person since a counter of their own log.</summary>
/// <param name="Changes">The changed things, each once, in their present state, oldest change first.</param>
/// <param name="Pts">The counter these changes bring a client to.</param>
/// <param name="IsComplete">Whether that is the present; otherwise ask again from <paramref name="Pts"/>.</param>
public sealed record PersonalDifference(IReadOnlyList<PersonalChange> Changes, long Pts, bool IsComplete);
