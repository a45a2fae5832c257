namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Memory for frames that are durable and not in the tables yet. They live for about a second, in any number, which is
/// what wears out a garbage collector most; so they lie in blocks that are used again.
/// </summary>
internal sealed class LogMemory
{
    private const int BlockBytes = 1024 * 1024;
    private const int MaxSpare = 64;

    private readonly Lock _lock = new();
    private readonly Stack<LogBlock> _spare = new();
    private LogBlock? _current;

    /// <summary>The bytes of what is held.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Copies a frame.</summary>
    /// <param name="frame">A whole one.</param>
    /// <param name="count">The number of messages in it.</param>
    /// <param name="end">Where it ends in the log.</param>
    public HeldFrame Hold(ReadOnlySpan<byte> frame, int count, LogPosition end)
    {
        lock (_lock)
        {
            var block = Take(frame.Length);
            frame.CopyTo(block.Bytes.AsSpan(block.Used));
            var held = new HeldFrame(block, block.Used, frame.Length, count, end);
            block.Used += frame.Length;
            block.Held++;
            HeldBytes += frame.Length;
            return held;
        }
    }

    /// <summary>Gives a frame's memory to others: nobody may look at it any more.</summary>
    public void Release(HeldFrame frame)
    {
        lock (_lock)
        {
            HeldBytes -= frame.Length;
            var block = frame.Block;
            if (--block.Held > 0)
            {
                return;
            }

            block.Used = 0;
            if (block != _current && block.Bytes.Length == BlockBytes && _spare.Count < MaxSpare)
            {
                _spare.Push(block);
            }
        }
    }

    /// <summary>Keeps nothing for later.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            _spare.Clear();
            if (_current is { Held: 0 })
            {
                _current = null;
            }
        }
    }

    private LogBlock Take(int size)
    {
        if (size > BlockBytes)
        {
            return new LogBlock(new byte[size]);
        }

        if (_current is null || _current.Bytes.Length - _current.Used < size)
        {
            if (!_spare.TryPop(out var block))
            {
                block = new LogBlock(GC.AllocateUninitializedArray<byte>(BlockBytes));
            }

            _current = block;
        }

        return _current;
    }
}

/// <summary>A piece of memory that frames lie in, one behind the other.</summary>
internal sealed class LogBlock(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>The bytes that are taken.</summary>
    public int Used { get; set; }

    /// <summary>The frames that somebody may look at.</summary>
    public int Held { get; set; }
}

/// <summary>A frame in memory.</summary>
/// <param name="Block">What it lies in.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Length">Its bytes, header and all.</param>
/// <param name="Count">Its messages.</param>
/// <param name="End">Where it ends in the log.</param>
internal readonly record struct HeldFrame(LogBlock Block, int Offset, int Length, int Count, LogPosition End)
{
    /// <summary>Its messages, in their order.</summary>
    public IEnumerable<LogRow> Rows
    {
        get
        {
            var end = Offset + Length;
            for (
                var offset = Offset + LogFrame.HeaderBytes;
                LogRow.TryRead(Block.Bytes, offset, end, out var row);
                offset += row.Size
            )
            {
                yield return row;
            }
        }
    }
}
