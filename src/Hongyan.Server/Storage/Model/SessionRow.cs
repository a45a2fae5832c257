using Hongyan.Contracts.Accounts;

namespace Hongyan.Server.Storage.Model;

/// <summary>A signed-in device. Signing out or revoking deletes the row.</summary>
internal sealed class SessionRow
{
    public required long Id { get; init; }
    public required long UserId { get; init; }
    public required string DeviceName { get; set; }
    public required DeviceKind DeviceKind { get; set; }

    /// <summary>How often the refresh token was rotated; only the token of this generation is good.</summary>
    public required int Generation { get; set; }

    public required long RotatedAt { get; set; }
    public required long SignedInAt { get; init; }
    public required long LastActiveAt { get; set; }
}
