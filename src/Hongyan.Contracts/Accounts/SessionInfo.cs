using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Accounts;

/// <summary>One of a person's signed-in devices.</summary>
public sealed record SessionInfo
{
    /// <summary>The session's id, with which it can be revoked.</summary>
    public required SessionId Id { get; init; }

    /// <summary>The device.</summary>
    public required Device Device { get; init; }

    /// <summary>When it signed in, in Unix milliseconds.</summary>
    public required long SignedInAt { get; init; }

    /// <summary>When it was last seen, in Unix milliseconds; to the minute.</summary>
    public required long LastActiveAt { get; init; }

    /// <summary>Whether it is the session that asks.</summary>
    public required bool IsCurrent { get; init; }
}
