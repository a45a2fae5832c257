namespace Hongyan.Server.Storage.Model;

/// <summary>A person's own change counter.</summary>
internal sealed class UserCursorRow
{
    public required long UserId { get; init; }
    public required long Pts { get; set; }
}
