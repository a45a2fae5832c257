namespace Hongyan.Server.Storage.Model;

/// <summary>One side of a friendship: <see cref="OtherId"/> is in the contact list of <see cref="OwnerId"/>.</summary>
internal sealed class ContactRow
{
    public required long OwnerId { get; init; }
    public required long OtherId { get; init; }
    public required long Since { get; init; }
}
