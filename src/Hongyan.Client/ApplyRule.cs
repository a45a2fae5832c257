namespace Hongyan.Client;

/// <summary>What to do with a change that arrives live, given the counter one has.</summary>
public enum ApplyDecision
{
    /// <summary>It is the next one: apply it, and the counter with it.</summary>
    Apply,

    /// <summary>It is already part of what one has.</summary>
    Drop,

    /// <summary>Something before it is missing: fetch the difference from one's own counter.</summary>
    FetchDifference,
}

/// <summary>The live rule, the same for a conversation's counter and a person's own.</summary>
public static class ApplyRule
{
    /// <summary>Decides about a change.</summary>
    /// <param name="mine">The counter one has.</param>
    /// <param name="pts">The counter the change took.</param>
    public static ApplyDecision Decide(long mine, long pts) =>
        pts <= mine ? ApplyDecision.Drop
        : pts == mine + 1 ? ApplyDecision.Apply
        : ApplyDecision.FetchDifference;
}
