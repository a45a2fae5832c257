using System.Text;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;

namespace Hongyan.Server.Delivery;

/// <summary>What a client may put into a message.</summary>
internal static class MessageRules
{
    /// <summary>The code of what is wrong with a body a client sends, or null when it is good.</summary>
    public static string? Check(MessageBody body) =>
        body switch
        {
            TextBody { Text: var text } => IsText(text) ? null : ErrorCode.InvalidText,
            _ => ErrorCode.UnknownKind,
        };

    /// <summary>The code of what is wrong with a client id, or null when it is good.</summary>
    /// <param name="clientId">The id.</param>
    /// <param name="now">The server's clock.</param>
    public static string? Check(Guid clientId, DateTimeOffset now) =>
        RecentSends.TimeOf(clientId) is { } madeAt && madeAt <= now.AddDays(1).ToUnixTimeMilliseconds()
            ? null
            : ErrorCode.InvalidClientId;

    private static bool IsText(string text) =>
        text.Length is > 0 and <= Limits.TextLength
        && !string.IsNullOrWhiteSpace(text)
        && !text.Contains('\0', StringComparison.Ordinal)
        && IsWellFormed(text);

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }
}
