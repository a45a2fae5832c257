using Hongyan.Server.Delivery.Log;

namespace Hongyan.FaultTests.CrashPoints;

/// <summary>One thing that was done to a disk, or that the one who writes to it was told.</summary>
/// <param name="Call">What was done; null for a note.</param>
/// <param name="Path">The file, below the journal's folder.</param>
/// <param name="Offset">Where it was written, or the new length.</param>
/// <param name="Bytes">What was written.</param>
/// <param name="Note">What happened besides.</param>
internal sealed record JournalEntry(DiskCall? Call, string Path, long Offset, byte[] Bytes, object? Note);

/// <summary>Everything done to the files of a folder, in its order, whoever did it.</summary>
/// <param name="folder">The folder.</param>
/// <param name="mayFail">Decides whether a call fails; it is then done by halves, as disks do.</param>
internal sealed class DiskJournal(string folder, Func<bool> mayFail)
{
    private readonly Lock _lock = new();
    private readonly List<JournalEntry> _entries = [];

    public string Folder { get; } = folder;

    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Writes down what one who writes to the disk has been told, or is about to do.</summary>
    public void Note(object note)
    {
        lock (_lock)
        {
            _entries.Add(new JournalEntry(null, "", 0, [], note));
        }
    }

    /// <summary>Does something to a file and writes it down, as one.</summary>
    /// <param name="perform">Does it; false when it could not be done.</param>
    public bool Do(DiskCall call, string path, long offset, ReadOnlySpan<byte> bytes, Func<bool> perform)
    {
        var entry = new JournalEntry(call, Path.GetRelativePath(Folder, path), offset, bytes.ToArray(), null);
        lock (_lock)
        {
            if (!perform())
            {
                return false;
            }

            _entries.Add(entry);
            return true;
        }
    }

    /// <summary>For <see cref="LogDisk.Watch"/>.</summary>
    public void Watch(DiskCall call, string path, long offset, ReadOnlyMemory<byte> bytes, Action perform)
    {
        if (call is DiskCall.Write or DiskCall.Flush && mayFail())
        {
            if (call == DiskCall.Write)
            {
                var half = bytes[..(bytes.Length / 2)];
                Do(call, path, offset, half.Span, () => WriteHalf(path, half, offset));
            }

            throw new IOException("The disk fails.");
        }

        Do(
            call,
            path,
            offset,
            bytes.Span,
            () =>
            {
                perform();
                return true;
            }
        );
    }

    /// <summary>Whether a call of SQLite's fails.</summary>
    public bool Fails() => mayFail();

    private static bool WriteHalf(string path, ReadOnlyMemory<byte> half, long offset)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, half.Span, offset);
        return true;
    }
}
