using Microsoft.Win32.SafeHandles;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// The append log: a folder of segment files, each a sequence of <see cref="LogFrame"/>s. A frame is on disk when
/// <see cref="Append"/> returns. One thread at a time, but for <see cref="Trim"/>.
/// </summary>
internal sealed class AppendLog : IDisposable
{
    private const int KeptBufferBytes = 4 * 1024 * 1024;
    private const int ProbeBytes = 64 * 1024;

    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly Action _checkOwner;
    private byte[] _buffer = [];
    private int _lastBytes;
    private string _path;
    private SafeFileHandle _file;
    private bool _needsRepair;
    private bool _isRolling;

    private AppendLog(string folder, long segment, LogPosition previous, long segmentBytes, Action checkOwner)
    {
        (_folder, _segmentBytes, _checkOwner) = (folder, segmentBytes, checkOwner);
        _file = LogSegment.Create(folder, segment, previous);
        _path = LogSegment.PathOf(folder, segment);
        End = new LogPosition(segment, LogSegment.HeaderBytes);
    }

    /// <summary>Behind the last frame.</summary>
    public LogPosition End { get; private set; }

    /// <summary>The frame that <see cref="Append"/> added last, until it adds another.</summary>
    public ReadOnlySpan<byte> LastFrame => _buffer.AsSpan(0, _lastBytes);

    /// <summary>Begins a new segment behind the end of the log.</summary>
    /// <param name="folder">An existing folder that nobody else writes to.</param>
    /// <param name="end">Where <see cref="Read"/> ended, or the position it began at when it found nothing.</param>
    /// <param name="segmentBytes">How large a segment grows before the next one begins.</param>
    /// <param name="checkOwner">Throws when somebody else has the log by now.</param>
    public static AppendLog Open(
        string folder,
        LogPosition end,
        long segmentBytes = 64 * 1024 * 1024,
        Action? checkOwner = null
    )
    {
        // There if it was begun and never came to be, or if whoever had the log before begins it just now.
        LogDisk.Delete(LogSegment.PathOf(folder, end.Segment + 1));
        return new AppendLog(folder, end.Segment + 1, end, segmentBytes, checkOwner ?? (static () => { }));
    }

    /// <summary>
    /// Reads the frames behind a position, to the end. What an append that never ended left behind the last frame of a
    /// segment is passed over: nobody was told of it.
    /// </summary>
    /// <exception cref="IOException">Something is damaged or missing that had been on disk for good.</exception>
    public static IEnumerable<(List<LogRow> Rows, LogPosition End)> Read(string folder, LogPosition from)
    {
        var segments = LogSegment.List(folder).FindAll(segment => segment >= from.Segment);
        if (segments is [.., var newest] && LogSegment.ReadPrevious(folder, newest) is null)
        {
            segments.RemoveAt(segments.Count - 1); // begun, and never came to be
        }

        var first = from.Segment > 0 ? from.Segment : segments.FirstOrDefault();
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i] != first + i)
            {
                throw new IOException(
                    $"The append log in {folder} lacks segment {first + i}, where the tables end. The two belong "
                        + "together: restore both from the same backup, or the tables alone, without this folder."
                );
            }

            var offset = Math.Max(segments[i] == from.Segment ? from.Offset : 0, LogSegment.HeaderBytes);
            var end = i + 1 < segments.Count ? LogSegment.ReadPrevious(folder, segments[i + 1]) : null;
            foreach (var frame in ReadSegment(folder, segments[i], offset, end?.Offset))
            {
                yield return frame;
            }
        }
    }

    /// <summary>
    /// Adds a frame and waits until it is on disk. After an exception nobody may be told of it, and it never was once
    /// <see cref="Repair"/> or the next call returns. When the process ends before that, it may turn up all the same.
    /// </summary>
    /// <param name="writes">Messages, each with nothing else.</param>
    /// <returns>The end of the frame.</returns>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public LogPosition Append(IReadOnlyList<LogWrite> writes)
    {
        Repair();
        if (End.Offset > LogSegment.HeaderBytes && End.Offset >= _segmentBytes)
        {
            Roll();
        }

        var size = LogFrame.SizeOf(writes);
        if (_buffer.Length < size || (_buffer.Length > KeptBufferBytes && size <= KeptBufferBytes))
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(size, Math.Min(size * 2, KeptBufferBytes)));
        }

        var frame = _buffer.AsMemory(0, size);
        LogFrame.Encode(frame.Span, writes, End);
        _needsRepair = true;
        FaultPoint.Reach("append.before");
        LogDisk.Write(_file, _path, frame, End.Offset);
        FaultPoint.Reach("append.written");
        LogDisk.Flush(_file, _path);
        _checkOwner();
        _needsRepair = false;
        End = End with { Offset = End.Offset + size };
        _lastBytes = size;
        FaultPoint.Reach("append.durable");
        return End;
    }

    /// <summary>Deletes segments that lie wholly before a position.</summary>
    public void Trim(LogPosition applied)
    {
        foreach (var segment in LogSegment.List(_folder).TakeWhile(segment => segment < applied.Segment))
        {
            FaultPoint.Reach("trim.before");
            LogDisk.Delete(LogSegment.PathOf(_folder, segment));
            FaultPoint.Reach("trim.after");
        }
    }

    /// <summary>Takes back what a failed append may have left; while that fails, nothing can be added.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Repair()
    {
        if (_needsRepair)
        {
            // Whoever has the log now may have taken what is here for whole, and then it is.
            _checkOwner();
            LogDisk.SetLength(_file, _path, End.Offset);
            LogDisk.Flush(_file, _path);
            _needsRepair = false;
        }
    }

    /// <summary>Finds out whether the disk would take a frame now: writes one that is none, and takes it back.</summary>
    /// <exception cref="IOException">It would not.</exception>
    public void Probe()
    {
        Repair();
        _needsRepair = true;
        FaultPoint.Reach("append.before");
        LogDisk.Write(_file, _path, new byte[ProbeBytes], End.Offset);
        FaultPoint.Reach("append.written");
        LogDisk.Flush(_file, _path);
        Repair();
    }

    public void Dispose() => _file.Dispose();

    private static IEnumerable<(List<LogRow> Rows, LogPosition End)> ReadSegment(
        string folder,
        long segment,
        long offset,
        long? end
    )
    {
        var path = LogSegment.PathOf(folder, segment);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        while (offset < (end ?? long.MaxValue))
        {
            var position = new LogPosition(segment, offset);
            if (ReadFrame(file, position) is not { } frame)
            {
                if (end is null)
                {
                    yield break;
                }

                throw new IOException(
                    $"The append log is damaged: {path}, at byte {offset}. Restore it from a backup."
                );
            }

            offset += frame.Size;
            yield return (frame.Rows, position with { Offset = offset });
        }
    }

    private static (List<LogRow> Rows, int Size)? ReadFrame(SafeFileHandle file, LogPosition position)
    {
        Span<byte> header = stackalloc byte[LogFrame.HeaderBytes];
        if (
            RandomAccess.Read(file, header, position.Offset) < header.Length
            || LogFrame.Measure(header) is not { } size
            || position.Offset + size > RandomAccess.GetLength(file)
        )
        {
            return null;
        }

        var frame = GC.AllocateUninitializedArray<byte>(size);
        for (var read = 0; read < size; )
        {
            var more = RandomAccess.Read(file, frame.AsSpan(read), position.Offset + read);
            if (more == 0)
            {
                return null;
            }

            read += more;
        }

        return LogFrame.Decode(frame, position) is { } rows ? (rows, size) : null;
    }

    private void Roll()
    {
        if (_isRolling)
        {
            // Left behind by an attempt that failed, and whose failure could not be cleared away either.
            _checkOwner();
            LogDisk.Delete(LogSegment.PathOf(_folder, End.Segment + 1));
        }

        _isRolling = true;
        var next = LogSegment.Create(_folder, End.Segment + 1, End);
        _isRolling = false;
        FaultPoint.Reach("append.rolled");
        _file.Dispose();
        _file = next;
        End = new LogPosition(End.Segment + 1, LogSegment.HeaderBytes);
        _path = LogSegment.PathOf(_folder, End.Segment);
    }
}
