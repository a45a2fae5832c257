namespace Hongyan.Server.Storage.Model;

/// <summary>Who may write to the conversations of a slot. Every commit checks the epoch; taking a slot raises it.</summary>
internal sealed class SlotRow
{
    public required int Slot { get; init; }
    public required long Epoch { get; set; }
    public required string Owner { get; set; }
}
