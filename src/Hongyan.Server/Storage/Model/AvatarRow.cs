namespace Hongyan.Server.Storage.Model;

/// <summary>The bytes of a person's uploaded avatar: a WebP picture of some kilobytes.</summary>
internal sealed class AvatarRow
{
    public required long UserId { get; init; }
    public required string Version { get; set; }
    public required byte[] Content { get; set; }
}
