using System.Buffers;
using System.Text;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Delivery.Gateway.Framing;

namespace Hongyan.UnitTests.Delivery.Framing;

/// <summary>What a parser made of bytes: messages in order, as text that a test can compare.</summary>
internal static class Parsing
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Gives the bytes to a parser in pieces of the given sizes, over and over, as a pipe would.</summary>
    public static List<string> Parse(ReadOnlySpan<byte> bytes, params int[] sizes)
    {
        var results = new List<string>();
        var parser = new MessageParser { MaxMessageBytes = MaxBytes };
        var arrived = new List<byte[]>();
        for (var (i, turn) = (0, 0); i < bytes.Length; turn++)
        {
            var size = sizes.Length == 0 ? bytes.Length : sizes[turn % sizes.Length];
            arrived.Add(bytes.Slice(i, Math.Min(size, bytes.Length - i)).ToArray());
            i += size;
            var input = Sequence(arrived);
            while (parser.TryRead(ref input, out var message))
            {
                using (message)
                {
                    results.Add(Describe(message));
                    Assert(
                        !parser.HoldsBuffer || message.Kind == ReceivedKind.Ping,
                        "A buffer is held after a message."
                    );
                    if (message.Kind == ReceivedKind.Closed)
                    {
                        return results;
                    }
                }
            }

            arrived = Pieces(input);
        }

        parser.Dispose();
        return results;
    }

    private static void Assert(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    private static string Describe(ReceivedMessage message) =>
        message.Kind switch
        {
            ReceivedKind.Text => $"text {Encoding.UTF8.GetString(message.Bytes.Span)}",
            ReceivedKind.Ping => $"ping {Convert.ToHexString(message.Bytes.Span)}",
            _ => $"closed {message.CloseCode}",
        };

    private static List<byte[]> Pieces(ReadOnlySequence<byte> sequence)
    {
        var pieces = new List<byte[]>();
        foreach (var piece in sequence)
        {
            if (!piece.IsEmpty)
            {
                pieces.Add(piece.ToArray());
            }
        }

        return pieces;
    }

    private static ReadOnlySequence<byte> Sequence(List<byte[]> pieces)
    {
        Segment? first = null;
        Segment? last = null;
        foreach (var piece in pieces)
        {
            last = new Segment(piece, last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
