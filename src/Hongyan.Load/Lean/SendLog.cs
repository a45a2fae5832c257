namespace Hongyan.Load.Lean;

/// <summary>One message a loop has sent.</summary>
internal struct SentMessage
{
    /// <summary>When it was due, as <see cref="System.Diagnostics.Stopwatch"/> counts.</summary>
    public long DueAt;

    /// <summary>Its place, once acknowledged; 0 before.</summary>
    public long Seq;

    /// <summary>The change counter it took.</summary>
    public long Pts;

    /// <summary>The connection in its loop.</summary>
    public int Connection;

    /// <summary>How often the store was found to hold it.</summary>
    public int Found;
}

/// <summary>Everything a loop has sent, by the counter in its client id.</summary>
internal sealed class SendLog
{
    private const int ChunkBits = 14;
    private const int ChunkSize = 1 << ChunkBits;
    private readonly List<SentMessage[]> _chunks = [];

    public long Count { get; private set; }

    public ref SentMessage this[long counter] => ref _chunks[(int)(counter >> ChunkBits)][counter & (ChunkSize - 1)];

    /// <summary>How many were acknowledged and have not been found.</summary>
    public long CountNotFound()
    {
        var count = 0L;
        for (var counter = 0L; counter < Count; counter++)
        {
            count += this[counter] is { Seq: not 0, Found: 0 } ? 1 : 0;
        }

        return count;
    }

    /// <returns>Its counter.</returns>
    public long Add(int connection, long dueAt)
    {
        if (Count >> ChunkBits == _chunks.Count)
        {
            _chunks.Add(new SentMessage[ChunkSize]);
        }

        var counter = Count++;
        this[counter] = new SentMessage { Connection = connection, DueAt = dueAt };
        return counter;
    }
}
