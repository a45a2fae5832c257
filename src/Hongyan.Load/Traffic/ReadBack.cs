using System.Globalization;
using System.Text;
using Hongyan.Load.Lean;

namespace Hongyan.Load.Traffic;

/// <summary>
/// Reads conversations back over their sockets, page by page from a place on, several at a time, and holds what is there
/// against what was sent: every acknowledged message once, at the place it was acknowledged with, with its own text.
/// </summary>
internal sealed class ReadBack : LoopWork
{
    private const int AtOnce = 16;
    private readonly Queue<Reading> _waiting;
    private readonly Dictionary<int, Reading> _running = [];
    private readonly int _run;
    private readonly IReadOnlyList<SendLog> _sent;

    /// <param name="run">The run that the messages to be checked carry in their ids.</param>
    /// <param name="sent">What each loop has sent.</param>
    /// <param name="readers">For each conversation a connection that may read it, and the place to read after.</param>
    public ReadBack(
        int run,
        IReadOnlyList<SendLog> sent,
        IEnumerable<(LeanConnection Reader, long Conversation, long After)> readers
    )
    {
        (_run, _sent) = (run, sent);
        _waiting = new Queue<Reading>(
            readers.Select(reader => new Reading(reader.Reader, reader.Conversation, reader.After))
        );
    }

    public override bool IsDone => _waiting.Count == 0 && _running.Count == 0;

    /// <summary>Messages that were read, of whichever run.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages found more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Messages at another place than they were acknowledged with, or after a gap.</summary>
    public int Misplaced { get; private set; }

    /// <summary>Messages whose text is not the one that was sent.</summary>
    public int Mangled { get; private set; }

    public override void Turn(LeanLoop loop)
    {
        while (_running.Count < AtOnce && _waiting.TryDequeue(out var reading))
        {
            _running.Add(reading.Reader.Index, reading);
            Ask(loop, reading);
        }
    }

    public override void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now)
    {
        var scanner = new FrameScanner(payload);
        for (var kind = scanner.Next(); kind != ScannedKind.None; kind = scanner.Next())
        {
            if (kind == ScannedKind.Other && scanner.Raw.StartsWith("{\"t\":\"history\""u8))
            {
                Page(loop, _running[connection.Index], scanner.Raw);
            }
            else if (kind == ScannedKind.Other && scanner.Raw.StartsWith("{\"t\":\"error\""u8))
            {
                throw new IOException($"The server refused to be read: {Encoding.UTF8.GetString(scanner.Raw)}");
            }
        }
    }

    private void Page(LeanLoop loop, Reading reading, ReadOnlySpan<byte> json)
    {
        var page = new PageScanner(json);
        while (page.Next())
        {
            Check(reading, page.Message);
        }

        if (page.HasMore)
        {
            Ask(loop, reading);
        }
        else
        {
            _running.Remove(reading.Reader.Index);
        }
    }

    private void Check(Reading reading, in ScannedMessage message)
    {
        if (message.Conversation != reading.Conversation || message.Seq != reading.After + 1)
        {
            Misplaced++;
        }

        Messages++;
        reading.After = message.Seq;
        if (
            !LoadId.TryRead(message.ClientId, out var id)
            || id.Run != _run
            || id.Loop >= _sent.Count
            || id.Counter >= _sent[id.Loop].Count
        )
        {
            return;
        }

        ref var sent = ref _sent[id.Loop][id.Counter];
        Doubled += ++sent.Found > 1 ? 1 : 0;
        Misplaced += sent.Seq != 0 && sent.Seq != message.Seq ? 1 : 0;
        Mangled += SendTemplate.IsText(message.Text, id.Counter) ? 0 : 1;
    }

    private static void Ask(LeanLoop loop, Reading reading)
    {
        var request = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"t":"history","id":1,"conversation":"{{reading.Conversation}}","after":{{reading.After}},"limit":{{Contracts.Limits.PageSize}}}"""
        );
        ClientFrames.Append(reading.Reader, ClientFrames.Text, Encoding.UTF8.GetBytes(request));
        loop.Touch(reading.Reader);
    }

    /// <summary>How far a conversation has been read.</summary>
    private sealed class Reading(LeanConnection reader, long conversation, long after)
    {
        public LeanConnection Reader => reader;
        public long Conversation => conversation;
        public long After { get; set; } = after;
    }
}
