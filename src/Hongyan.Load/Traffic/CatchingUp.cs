using System.Globalization;
using System.Net;
using System.Text;
using Hongyan.Load.Lean;

namespace Hongyan.Load.Traffic;

/// <summary>
/// A device comes back: it connects, asks what has changed of its own, which conversations there are, and then, page by
/// page, what it has missed in one of them.
/// </summary>
internal sealed class CatchingUp(IPEndPoint server, string token, long conversation, long since) : LoopWork
{
    private bool _isComplete;

    /// <summary>Which changes came.</summary>
    public ReceivedOrder Order { get; } = new(since);

    public long Changes { get; private set; }

    public override bool IsDone => _isComplete;

    public override void Start(LeanLoop loop) => loop.Connect(server, token);

    public override void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now)
    {
        var scanner = new FrameScanner(payload);
        for (var kind = scanner.Next(); kind != ScannedKind.None; kind = scanner.Next())
        {
            var frame = scanner.Raw;
            if (frame.StartsWith("{\"t\":\"welcome\""u8))
            {
                connection.State = ConnectionState.Ready;
                Say(connection, """{"t":"changes","id":1,"since":0}""");
                Say(connection, """{"t":"heads","id":2}""");
                AskDifference(connection);
            }
            else if (frame.StartsWith("{\"t\":\"difference\""u8))
            {
                Page(connection, frame);
            }
            else if (frame.StartsWith("{\"t\":\"error\""u8))
            {
                throw new IOException($"The server refused: {Encoding.UTF8.GetString(frame)}");
            }
        }
    }

    private void Page(LeanConnection connection, ReadOnlySpan<byte> frame)
    {
        var page = new PageScanner(frame);
        while (page.Next())
        {
            Order.See(page.Message.Pts);
            Changes++;
        }

        if (page.HasMore)
        {
            AskDifference(connection);
        }
        else
        {
            _isComplete = true;
        }
    }

    private void AskDifference(LeanConnection connection) =>
        Say(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"t":"difference","id":3,"conversation":"{{conversation}}","since":{{Order.Last}},"limit":{{Contracts.Limits.PageSize}}}"""
            )
        );

    private static void Say(LeanConnection connection, string json) =>
        ClientFrames.Append(connection, ClientFrames.Text, Encoding.UTF8.GetBytes(json));
}
