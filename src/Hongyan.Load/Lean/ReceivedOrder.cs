namespace Hongyan.Load.Lean;

/// <summary>
/// Whether a device was told each change of a conversation once and in order: each acknowledgement and each message it
/// gets carries the next count.
/// </summary>
internal sealed class ReceivedOrder(long last)
{
    private const long Unknown = long.MinValue;
    private HashSet<long>? _missing;
    private long _beforeResync;

    /// <summary>The last count that came in its turn.</summary>
    public long Last { get; private set; } = last;

    public int Doubled { get; private set; }

    /// <summary>Counts that came after a later one.</summary>
    public int Late { get; private set; }

    /// <summary>Counts that were passed over and have not come since.</summary>
    public int Missing => _missing?.Count ?? 0;

    /// <summary>Counts that the server said it would not push: the device is to fetch them.</summary>
    public long Dropped { get; private set; }

    public void See(long pts)
    {
        if (pts == Last + 1)
        {
            Last = pts;
        }
        else
        {
            Judge(pts);
        }
    }

    /// <summary>The server has dropped what was queued for this device, and said so.</summary>
    public void Resync()
    {
        if (Last != Unknown)
        {
            (_beforeResync, Last) = (Last, Unknown);
        }
    }

    /// <summary>Everything up to this count should have come by now.</summary>
    public void End(long pts)
    {
        if (Last == Unknown)
        {
            Judge(pts + 1);
            Last = pts;
            return;
        }

        for (var missing = Last + 1; missing <= pts; missing++)
        {
            (_missing ??= []).Add(missing);
        }

        Last = Math.Max(Last, pts);
    }

    private void Judge(long pts)
    {
        if (Last == Unknown)
        {
            Dropped += Math.Max(0, pts - _beforeResync - 1);
            Last = Math.Max(pts, _beforeResync);
        }
        else if (pts > Last)
        {
            End(pts - 1);
            Last = pts;
        }
        else if (_missing?.Remove(pts) == true)
        {
            Late++;
        }
        else
        {
            Doubled++;
        }
    }
}
