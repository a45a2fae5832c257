using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>Checks text for well-formed UTF-8 while it comes in: what is wrong is wrong at once, not at the end.</summary>
internal static class Utf8Progress
{
    private const int LongestTail = 3;

    /// <summary>Checks what is there so far.</summary>
    /// <param name="text">The text from where the last check ended.</param>
    /// <param name="isEnd">Whether nothing follows.</param>
    /// <returns>How much of it is well-formed; what is left may become so with what follows. -1 when it cannot.</returns>
    public static int Check(ReadOnlySpan<byte> text, bool isEnd)
    {
        var tail = isEnd ? 0 : TailLength(text);
        var whole = text[..^tail];
        return Utf8.IsValid(whole) ? whole.Length : -1;
    }

    /// <summary>How many bytes at the end are the beginning of a character that could be completed.</summary>
    private static int TailLength(ReadOnlySpan<byte> text)
    {
        for (var length = 1; length <= LongestTail && length <= text.Length; length++)
        {
            var tail = text[^length..];
            var isContinuation = (tail[0] & 0xC0) == 0x80;
            if (!isContinuation)
            {
                return Rune.DecodeFromUtf8(tail, out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }
}
