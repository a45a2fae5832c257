namespace Hongyan.Fuzz;

/// <summary>How a target is fuzzed.</summary>
/// <param name="Time">For how long at most.</param>
/// <param name="Runs">How many inputs at most, besides those of the corpus.</param>
/// <param name="Seed">Where the random numbers begin.</param>
/// <param name="Corpus">What becomes of the corpus.</param>
internal sealed record FuzzOptions(TimeSpan Time, long Runs, int Seed, CorpusUse Corpus);

internal enum CorpusUse
{
    Keep,

    /// <summary>Inputs that reach something new are added.</summary>
    Grow,

    /// <summary>Inputs that were added and reach nothing of their own are deleted.</summary>
    Shrink,
}
