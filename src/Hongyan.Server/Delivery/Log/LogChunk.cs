namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Messages on their way to the tables, in the order of the tables' key: those of a conversation lie on the same pages,
/// so the more are sorted together, the fewer pages are written.
/// </summary>
internal sealed class LogChunk
{
    private (long Conversation, long Seq, LogRow Row)[] _sorted = [];
    private LogRow[] _rows = [];
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many have not been taken.</summary>
    public int Left => Count - _next;

    /// <summary>Where the last frame that is in it whole ends in the log.</summary>
    public LogPosition End { get; private set; }

    public void Add(IEnumerable<LogRow> rows, int count, LogPosition end)
    {
        if (_sorted.Length < Count + count)
        {
            Array.Resize(ref _sorted, Math.Max(Count + count, _sorted.Length * 2));
        }

        foreach (var row in rows)
        {
            _sorted[Count++] = (row.Conversation.Value, row.Seq, row);
        }

        End = end;
    }

    /// <summary>Sorts what was added.</summary>
    public void Sort()
    {
        var sorted = _sorted.AsSpan(0, Count);
        sorted.Sort(
            static (left, right) =>
                left.Conversation == right.Conversation
                    ? left.Seq.CompareTo(right.Seq)
                    : left.Conversation.CompareTo(right.Conversation)
        );
        if (_rows.Length < Count)
        {
            _rows = new LogRow[_sorted.Length];
        }

        for (var i = 0; i < sorted.Length; i++)
        {
            _rows[i] = sorted[i].Row;
        }
    }

    /// <summary>The next of them, in order; the same again until <see cref="Advance"/>.</summary>
    public ReadOnlySpan<LogRow> Next(int max) => _rows.AsSpan(_next, Math.Min(max, Left));

    /// <summary>Goes on behind so many of them.</summary>
    public void Advance(int count) => _next += count;

    /// <summary>Makes it empty, to be filled again.</summary>
    public void Clear()
    {
        Array.Clear(_sorted, 0, Count);
        Array.Clear(_rows, 0, Math.Min(Count, _rows.Length));
        (Count, _next) = (0, 0);
    }
}
