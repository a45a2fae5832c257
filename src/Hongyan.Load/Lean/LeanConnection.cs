namespace Hongyan.Load.Lean;

/// <summary>How far a connection is.</summary>
internal enum ConnectionState
{
    /// <summary>The upgrade has been asked for.</summary>
    Upgrading,

    /// <summary>The hello has been said.</summary>
    Greeting,

    /// <summary>Frames come and go.</summary>
    Ready,

    Closed,
}

/// <summary>One socket of a <see cref="LeanLoop"/>. It holds a buffer only for what could not be sent or read whole.</summary>
internal sealed class LeanConnection(int fd, int index)
{
    private byte[] _out = [];
    private int _outStart;
    private int _outEnd;

    public int Fd => fd;

    /// <summary>Its place in the loop.</summary>
    public int Index => index;

    public ConnectionState State { get; set; }

    /// <summary>Why the other side closed, if it said so.</summary>
    public int CloseCode { get; set; }

    /// <summary>What it says in its hello.</summary>
    public string Token { get; init; } = "";

    /// <summary>The conversation it is measured in.</summary>
    public long Conversation { get; set; }

    /// <summary>What this connection sends; null when it only receives.</summary>
    public SendTemplate? Template { get; set; }

    /// <summary>What it has seen of its conversation.</summary>
    public ReceivedOrder? Order { get; set; }

    /// <summary>The beginning of a frame whose end has not come yet.</summary>
    public byte[] Rest { get; set; } = [];

    public int RestLength { get; set; }

    /// <summary>Whether it is on the list of those to be flushed.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether it waits for room in the kernel's buffer.</summary>
    public bool IsBlocked { get; set; }

    public ReadOnlySpan<byte> Outgoing => _out.AsSpan(_outStart, _outEnd - _outStart);

    /// <summary>Room for bytes to be sent with the next flush.</summary>
    public Span<byte> Append(int length)
    {
        if (_outStart == _outEnd)
        {
            (_outStart, _outEnd) = (0, 0);
        }

        if (_outEnd + length > _out.Length)
        {
            var larger = new byte[Math.Max(512, (_outEnd - _outStart + length) * 2)];
            Outgoing.CopyTo(larger);
            (_out, _outStart, _outEnd) = (larger, 0, _outEnd - _outStart);
        }

        _outEnd += length;
        return _out.AsSpan(_outEnd - length, length);
    }

    /// <summary>Notes that the kernel has taken so many bytes.</summary>
    public void Sent(int length)
    {
        _outStart += length;
        if (_outStart == _outEnd && _out.Length > 4096)
        {
            // Ten thousand connections must not each keep what one burst needed.
            (_out, _outStart, _outEnd) = ([], 0, 0);
        }
    }

    public void KeepRest(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > Rest.Length)
        {
            Rest = new byte[Math.Max(512, rest.Length * 2)];
        }

        rest.CopyTo(Rest);
        RestLength = rest.Length;
        if (rest.IsEmpty && Rest.Length > 4096)
        {
            Rest = [];
        }
    }
}
