using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hongyan.Contracts.Ids;

/// <summary>Parsing shared by all strong ids: plain ASCII digits, no sign, no spaces, positive.</summary>
internal static class StrongId
{
    public static TId Parse<TId>(ReadOnlySpan<char> text)
        where TId : struct, IStrongId<TId> =>
        TryParse<TId>(text, out var id) ? id : throw new FormatException("An id is a positive decimal number.");

    public static bool TryParse<TId>(ReadOnlySpan<char> text, [MaybeNullWhen(false)] out TId id)
        where TId : struct, IStrongId<TId>
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0)
        {
            id = TId.From(value);
            return true;
        }

        id = default;
        return false;
    }
}
