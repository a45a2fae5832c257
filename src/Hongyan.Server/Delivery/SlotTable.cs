namespace Hongyan.Server.Delivery;

/// <summary>All slots of this process, and the epochs it holds them with.</summary>
internal sealed class SlotTable : IDisposable
{
    private readonly SlotState[] _slots = [.. Enumerable.Range(0, Slots.Count).Select(_ => new SlotState())];

    /// <summary>The epoch of each slot, by slot; all zero until the slots are taken.</summary>
    public long[] Epochs { get; private set; } = new long[Slots.Count];

    public SlotState this[int slot] => _slots[slot];

    /// <summary>Notes that the slots are this process's own.</summary>
    public void Take(long[] epochs) => Epochs = epochs;

    /// <summary>Makes a slot forget the state that a write was numbered from: it was not committed.</summary>
    public void Void(Operation operation)
    {
        var slot = _slots[operation.Slot];
        lock (slot.Gate)
        {
            slot.Void(operation.State);
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }
}
