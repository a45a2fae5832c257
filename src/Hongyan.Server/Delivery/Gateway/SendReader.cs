using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// Reads <c>send</c> frames of text in the one form in which clients write them, at a fraction of the cost of reading
/// any JSON. Whatever is not in that form, right or wrong, is left to <see cref="FrameReader"/>; what is read here is
/// what that would have read.
/// </summary>
internal static class SendReader
{
    private const int GuidLength = 36;
    private const int MaxIdLength = 19;

    /// <summary>Where text as it is ends: a quote, something escaped, or what may not be in a string.</summary>
    private static readonly SearchValues<byte> TextEnds = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(value => (byte)value),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>Reads a message that is a single frame.</summary>
    /// <returns>The frame, or null when <see cref="FrameReader"/> has to look.</returns>
    public static Send? ReadOne(ReadOnlySpan<byte> message) =>
        TryTake(ref message, out var send) && message.IsEmpty ? send : null;

    /// <summary>Reads a message that is an array.</summary>
    /// <returns>The frames, or null when <see cref="FrameReader"/> has to look.</returns>
    public static List<Send>? ReadMany(ReadOnlySpan<byte> message)
    {
        if (!TrySkip(ref message, "["u8))
        {
            return null;
        }

        var sends = new List<Send>();
        do
        {
            if (sends.Count == Limits.FramesPerArray || !TryTake(ref message, out var send))
            {
                return null;
            }

            sends.Add(send!);
        } while (TrySkip(ref message, ","u8));

        return message.SequenceEqual("]"u8) ? sends : null;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out Send? send)
    {
        send = null;
        if (
            !TrySkip(ref rest, "{\"t\":\"send\",\"conversation\":\""u8)
            || !TryTakeId(ref rest, out var conversation)
            || !TrySkip(ref rest, "\",\"clientId\":\""u8)
            || rest.Length < GuidLength
            || !Utf8Parser.TryParse(rest[..GuidLength], out Guid clientId, out var parsed, 'D')
            || parsed != GuidLength
        )
        {
            return false;
        }

        rest = rest[GuidLength..];
        if (!TrySkip(ref rest, "\",\"body\":{\"kind\":\"text\",\"text\":\""u8))
        {
            return false;
        }

        var end = rest.IndexOfAny(TextEnds);
        if (end < 0 || rest[end] != (byte)'"' || !Utf8.IsValid(rest[..end]))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(rest[..end]);
        rest = rest[end..];
        if (!TrySkip(ref rest, "\"}}"u8))
        {
            return false;
        }

        send = new Send(conversation, clientId, new TextBody(text));
        return true;
    }

    private static bool TryTakeId(ref ReadOnlySpan<byte> rest, out ConversationId id)
    {
        var length = 0;
        ulong value = 0;
        while (length < rest.Length && length <= MaxIdLength && char.IsAsciiDigit((char)rest[length]))
        {
            value = (value * 10) + (ulong)(rest[length++] - '0');
        }

        rest = rest[length..];
        id = new ConversationId((long)value);
        return length <= MaxIdLength && value is > 0 and <= long.MaxValue;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }
}
