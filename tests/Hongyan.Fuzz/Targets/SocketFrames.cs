using Hongyan.UnitTests.Delivery.Framing;

namespace Hongyan.Fuzz.Targets;

/// <summary>
/// The WebSocket parser. The same bytes give the same messages wherever the network cuts them, and those that .NET's own
/// WebSocket makes of them. The first byte of an input says where it is cut.
/// </summary>
internal static class SocketFrames
{
    private const string Closed = "closed";

    public static string[] Words { get; } =
    [
        "\u0081\u0080\0\0\0\0",
        "\u0001\u0085",
        "\u0080\u0080",
        "\u0089\u0080",
        "\u008a\u0081",
        "\u0088\u0082",
        "\u00fe\0\u007e",
        "\u00ff",
        "\u00e9\u009b\u0081",
        "\u00f0\u009f\u00aa\u00bf",
    ];

    public static void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        var bytes = input.AsSpan(1);
        var whole = Parsing.Parse(bytes);
        var pieces = Parsing.Parse(bytes, (input[0] & 15) + 1, (input[0] >> 4) + 1);
        Target.Check(whole.SequenceEqual(pieces), "Cut into pieces, it reads as something else.");

        var isClosed = whole is [.., var last] && last.StartsWith(Closed, StringComparison.Ordinal);
        var messages = isClosed ? whole[..^1] : whole;
        var expected = ReferenceSocket.Read(input[1..]);

        // Ours closes at some things that .NET's lets pass: binary messages, lengths in a longer form, a smaller limit.
        Target.Check(
            expected.Take(messages.Count).SequenceEqual(messages),
            "Messages come out that .NET's WebSocket does not see."
        );
        Target.Check(isClosed || expected.Count == messages.Count, "Messages are missing that .NET's WebSocket sees.");
    }
}
