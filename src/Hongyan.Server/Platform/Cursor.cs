using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hongyan.Contracts;

namespace Hongyan.Server.Platform;

/// <summary>
/// Where a page ended, as an opaque text: the sort key of its last row. A cursor carries no rights; whoever makes one
/// up only moves within what they may see anyway.
/// </summary>
internal static class Cursor
{
    private const int MaxLength = 4096;

    /// <summary>The cursor after a row with this key.</summary>
    public static string Of(params ReadOnlySpan<long> key)
    {
        var parts = new string[key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            parts[i] = key[i].ToString(CultureInfo.InvariantCulture);
        }

        return Of(parts);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{long})"/>
    public static string Of(params string[] key) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key, PlatformJson.Default.StringArray));

    /// <summary>Reads a cursor of numbers.</summary>
    /// <returns>False when it is not a cursor this server makes for such a list.</returns>
    public static bool TryRead(string cursor, int length, out long[] key)
    {
        key = new long[length];
        if (!TryRead(cursor, length, out string[] parts))
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out key[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a cursor of texts.</summary>
    /// <inheritdoc cref="TryRead(string, int, out long[])"/>
    public static bool TryRead(string cursor, int length, out string[] key)
    {
        key = [];
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
        {
            return false;
        }

        try
        {
            var parts = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(cursor), PlatformJson.Default.StringArray);
            if (parts?.Length != length || Array.Exists(parts, part => part is null || part.Contains('\0')))
            {
                return false;
            }

            key = parts;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
