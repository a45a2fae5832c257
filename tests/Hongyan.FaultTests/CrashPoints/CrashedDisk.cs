using Hongyan.Server.Delivery.Log;

namespace Hongyan.FaultTests.CrashPoints;

/// <summary>What a crash leaves of a disk.</summary>
internal sealed class CrashedDisk
{
    private const int SectorBytes = 512;

    private readonly Dictionary<string, byte[]> _written;
    private readonly Dictionary<string, byte[]> _durable;
    private readonly Dictionary<string, List<JournalEntry>> _pending = [];
    private readonly HashSet<string> _unnamed = [];

    /// <param name="before">What was on the disk when the journal began, all of it durable.</param>
    /// <param name="entries">What has been done since.</param>
    public CrashedDisk(IReadOnlyDictionary<string, byte[]> before, IEnumerable<JournalEntry> entries)
    {
        _written = before.ToDictionary();
        _durable = before.ToDictionary();
        foreach (var entry in entries.Where(entry => entry.Call is not null))
        {
            Add(entry);
        }
    }

    /// <summary>A killed process leaves all that was written; of its last write perhaps only a part.</summary>
    public static Dictionary<string, byte[]> AfterKill(
        IReadOnlyDictionary<string, byte[]> before,
        IReadOnlyList<JournalEntry> entries,
        Random random
    )
    {
        var isTorn = entries is [.., { Call: DiskCall.Write }] && random.Next(2) == 0;
        var last = isTorn
            ? [entries[^1] with { Bytes = entries[^1].Bytes[..random.Next(entries[^1].Bytes.Length)] }]
            : Array.Empty<JournalEntry>();
        return new CrashedDisk(before, entries.SkipLast(isTorn ? 1 : 0).Concat(last))._written;
    }

    /// <summary>
    /// A power cut leaves what was flushed. Of the rest it may leave nothing, all, or some in any order, cut at sectors; a
    /// file that its folder was not flushed for may be gone, and one that was deleted may be back.
    /// </summary>
    public static Dictionary<string, byte[]> AfterPowerCut(
        IReadOnlyDictionary<string, byte[]> before,
        IReadOnlyList<JournalEntry> entries,
        Random random
    )
    {
        var disk = new CrashedDisk(before, entries);
        var keeps = random.Next(3);
        foreach (var (path, pending) in disk._pending)
        {
            foreach (var entry in pending)
            {
                if (keeps == 1 || (keeps == 2 && random.Next(2) == 0))
                {
                    var kept = entry;
                    if (entry.Call == DiskCall.Write && keeps == 2 && random.Next(3) == 0)
                    {
                        kept = entry with
                        {
                            Bytes = entry.Bytes[
                                ..Math.Min(
                                    entry.Bytes.Length,
                                    SectorBytes * random.Next(1 + (entry.Bytes.Length / SectorBytes))
                                )
                            ],
                        };
                    }

                    Apply(disk._durable, path, kept);
                }
            }
        }

        foreach (var path in disk._unnamed.Where(_ => random.Next(2) == 0))
        {
            disk._durable.Remove(path);
        }

        return disk._durable;
    }

    private void Add(JournalEntry entry)
    {
        Apply(_written, entry.Path, entry);
        switch (entry.Call)
        {
            case DiskCall.Create:
                _unnamed.Add(entry.Path);
                _durable[entry.Path] = [];
                _pending.Remove(entry.Path);
                break;
            case DiskCall.Flush:
                foreach (var pending in _pending.GetValueOrDefault(entry.Path) ?? [])
                {
                    Apply(_durable, entry.Path, pending);
                }

                _pending.Remove(entry.Path);
                if (!entry.Path.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    _unnamed.Remove(entry.Path); // SQLite flushes the folder with the first flush of a file it made
                }

                break;
            case DiskCall.FlushFolder:
                foreach (var path in _unnamed.Where(path => Path.GetDirectoryName(path) == entry.Path).ToList())
                {
                    _unnamed.Remove(path);
                }

                break;
            default:
                if (!_pending.TryGetValue(entry.Path, out var waiting))
                {
                    _pending[entry.Path] = waiting = [];
                }

                waiting.Add(entry);
                break;
        }
    }

    private static void Apply(Dictionary<string, byte[]> files, string path, JournalEntry entry)
    {
        var file = files.GetValueOrDefault(path) ?? [];
        switch (entry.Call)
        {
            case DiskCall.Create:
                files[path] = [];
                break;
            case DiskCall.Write:
                var written = new byte[Math.Max(file.Length, entry.Offset + entry.Bytes.Length)];
                file.CopyTo(written, 0);
                entry.Bytes.CopyTo(written, entry.Offset);
                files[path] = written;
                break;
            case DiskCall.SetLength:
                Array.Resize(ref file, (int)entry.Offset);
                files[path] = file;
                break;
            case DiskCall.Delete:
                files.Remove(path);
                break;
        }
    }
}
