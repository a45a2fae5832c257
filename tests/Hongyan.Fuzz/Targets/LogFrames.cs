using Hongyan.Server.Delivery.Log;

namespace Hongyan.Fuzz.Targets;

/// <summary>
/// The readers of the append log. Bytes that are not what was written are no frame; those that are, even if they only
/// happen to have the right hash, are exactly what their messages would be written as. The first two bytes of an input
/// say where it stands; then come the header of a segment and frames.
/// </summary>
internal static class LogFrames
{
    private const int Place = 2;

    public static string[] Words { get; } =
    [
        "HGYNLOG1",
        "\u0044\0\0\0\u0001\0\0\0",
        "\u0088\0\0\0\u0002\0\0\0",
        "\u0001\0\0\0",
        "\u00ff\u00ff\u00ff\u00ff",
        "\u00ff\u00ff\u00ff\u007f",
        new('\0', 68),
    ];

    public static void Run(byte[] input)
    {
        if (input.Length < Place + LogSegment.HeaderBytes)
        {
            return;
        }

        var position = new LogPosition(input[0], input[1]);
        Header(input.AsSpan(Place, LogSegment.HeaderBytes), position.Segment);
        for (var rest = input.AsSpan(Place + LogSegment.HeaderBytes); ; )
        {
            if (LogFrame.Measure(rest) is not { } size || size > rest.Length)
            {
                return;
            }

            Frame(rest[..size], position);
            rest = rest[size..];
        }
    }

    private static void Header(Span<byte> header, long segment)
    {
        if (LogSegment.Decode(header, segment) is { } read)
        {
            Target.Check(IsWritten(header, segment, read), "A header is read that was not written.");
        }

        Span<byte> made = stackalloc byte[LogSegment.HeaderBytes];
        var previous = new LogPosition(BitConverter.ToInt64(header[8..]), BitConverter.ToInt64(header[16..]));
        LogSegment.Encode(made, segment, previous);
        Target.Check(LogSegment.Decode(made, segment) == previous, "A header that was written is not read.");
        Target.Check(LogSegment.Decode(made, segment + 1) is null, "A header of another segment is read.");
        Target.Check(LogSegment.Decode(made[..^1], segment) is null, "Half a header is read.");
    }

    private static bool IsWritten(ReadOnlySpan<byte> header, long segment, LogPosition previous)
    {
        Span<byte> written = stackalloc byte[LogSegment.HeaderBytes];
        LogSegment.Encode(written, segment, previous);
        return header.SequenceEqual(written);
    }

    private static void Frame(Span<byte> frame, LogPosition position)
    {
        Judge(frame, position);

        // With its hash put right, what it holds is looked at.
        LogFrame.Seal(frame, position);
        Judge(frame, position);
        var elsewhere = position with { Offset = position.Offset + 1 };
        Target.Check(LogFrame.Decode(frame.ToArray(), elsewhere) is null, "A frame of another place is read.");
    }

    private static void Judge(ReadOnlySpan<byte> frame, LogPosition position)
    {
        if (LogFrame.Decode(frame.ToArray(), position) is not { } rows)
        {
            return;
        }

        var writes = rows.ConvertAll(row => row.ToWrite());
        var written = new byte[LogFrame.SizeOf(writes)];
        LogFrame.Encode(written, writes, position);
        Target.Check(frame.SequenceEqual(written), "A frame is read that was not written.");
    }
}
