namespace Hongyan.Server.Accounts;

/// <summary>What a genuine refresh token is worth.</summary>
internal enum RefreshVerdict
{
    /// <summary>It brought the session to its present generation, now or a moment ago: its owner gets that generation's token.</summary>
    Good,

    /// <summary>It was used up long ago: somebody has a copy, and the session ends.</summary>
    Reused,

    /// <summary>The session was not used for too long, or does not know this token.</summary>
    Invalid,
}

/// <summary>Tells a refresh, and the retry of one whose answer was lost, from the use of a stolen token.</summary>
internal static class RefreshRules
{
    /// <summary>
    /// Judges a token, after the session has moved on to the next generation if the token was its current one.
    /// </summary>
    /// <param name="presented">The token's generation.</param>
    /// <param name="current">The session's generation.</param>
    /// <param name="sinceRotation">How long ago the session came to its generation.</param>
    public static RefreshVerdict Judge(int presented, int current, TimeSpan sinceRotation, SessionOptions options)
    {
        if (sinceRotation > options.Lifetime || presented >= current)
        {
            return RefreshVerdict.Invalid;
        }

        return presented == current - 1 && sinceRotation <= options.RetryWindow
            ? RefreshVerdict.Good
            : RefreshVerdict.Reused;
    }
}
