using System.Globalization;
using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Ids;

/// <summary>A conversation: direct, group, or a person's own notes (File Transfer).</summary>
/// <param name="Value">The number behind the identifier.</param>
[JsonConverter(typeof(StrongIdConverter<ConversationId>))]
public readonly record struct ConversationId(long Value) : IStrongId<ConversationId>
{
    /// <inheritdoc />
    public static ConversationId From(long value) => new(value);

    /// <inheritdoc />
    public static ConversationId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        StrongId.Parse<ConversationId>(s);

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ConversationId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public static ConversationId Parse(string s, IFormatProvider? provider) => StrongId.Parse<ConversationId>(s);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out ConversationId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
