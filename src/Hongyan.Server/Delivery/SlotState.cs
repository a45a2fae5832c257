using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery;

/// <summary>A slot this process owns: its lock, and the conversations of it that are in memory.</summary>
internal sealed class SlotState : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Guards everything in the slot. Held for microseconds; nothing waits inside.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Lets one read of the store at a time decide what the slot believes.</summary>
    public SemaphoreSlim LoadGate { get; } = new(1, 1);

    public Dictionary<ConversationId, ConversationState> Loaded { get; } = [];

    /// <summary>
    /// Forgets a state that never came to be, because a write it counts was not committed. Call under <see cref="Gate"/>.
    /// </summary>
    public void Void(ConversationState state)
    {
        state.Void();
        if (Loaded.TryGetValue(state.Id, out var loaded) && loaded == state)
        {
            Loaded.Remove(state.Id);
        }
    }

    /// <summary>Makes room when more than <paramref name="capacity"/> conversations are in memory. Call under <see cref="Gate"/>.</summary>
    /// <param name="capacity">How many may stay.</param>
    /// <param name="now">In milliseconds, as <see cref="ConversationState.LastUsed"/>.</param>
    public void Trim(int capacity, long now)
    {
        if (Loaded.Count <= capacity)
        {
            return;
        }

        var idleSince = now - (long)Grace.TotalMilliseconds;
        var idle = Loaded
            .Values.Where(state => state.Pending == 0 && state.LastUsed < idleSince)
            .OrderBy(state => state.LastUsed)
            .Take((Loaded.Count - capacity) + (capacity / 8))
            .ToList();
        foreach (var state in idle)
        {
            Loaded.Remove(state.Id);
        }
    }

    public void Dispose() => LoadGate.Dispose();
}
