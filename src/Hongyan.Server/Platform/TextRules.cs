using System.Globalization;
using System.Text;

namespace Hongyan.Server.Platform;

/// <summary>What short texts that people give about themselves and their groups may be made of.</summary>
internal static class TextRules
{
    /// <summary>A name as it is stored: trimmed, not empty, one line, with something to see in it.</summary>
    /// <returns>Null when it is not allowed as a name.</returns>
    public static string? Name(string text, int maxLength)
    {
        var name = text.Trim();
        return IsLine(name, maxLength) && HasSomethingToSee(name) ? name : null;
    }

    /// <summary>A line as it is stored: trimmed; may be empty.</summary>
    /// <returns>Null when it is too long, or holds what a line must not.</returns>
    public static string? Line(string text, int maxLength)
    {
        var line = text.Trim();
        return IsLine(line, maxLength) ? line : null;
    }

    /// <summary>A text of several lines as it is stored: trimmed; may be empty.</summary>
    /// <inheritdoc cref="Line"/>
    public static string? Lines(string text, int maxLength)
    {
        var lines = text.ReplaceLineEndings("\n").Trim();
        return lines.Length <= maxLength && AreAllowed(lines, allowsLineBreaks: true) ? lines : null;
    }

    private static bool IsLine(string text, int maxLength) =>
        text.Length <= maxLength && AreAllowed(text, allowsLineBreaks: false);

    private static bool AreAllowed(ReadOnlySpan<char> text, bool allowsLineBreaks)
    {
        while (!text.IsEmpty)
        {
            // A lone surrogate is no text: it cannot be stored as UTF-8.
            if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            if (!(allowsLineBreaks && rune.Value == '\n') && (IsControl(rune) || TurnsDirection(rune)))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
    }

    private static bool IsControl(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    /// <summary>Embeddings, overrides and isolates: with them a name could disguise what stands around it.</summary>
    private static bool TurnsDirection(Rune rune) =>
        rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static bool HasSomethingToSee(string text) =>
        text.EnumerateRunes()
            .Any(rune =>
                Rune.GetUnicodeCategory(rune)
                    is not (
                        UnicodeCategory.SpaceSeparator
                        or UnicodeCategory.Format
                        or UnicodeCategory.NonSpacingMark
                        or UnicodeCategory.EnclosingMark
                        or UnicodeCategory.OtherNotAssigned
                    )
                && rune.Value is not (0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0) // letters by name, blank to the eye
            );
}
