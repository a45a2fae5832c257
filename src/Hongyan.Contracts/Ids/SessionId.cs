using System.Globalization;
using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Ids;

/// <summary>A signed-in session of a person on one named device.</summary>
/// <param name="Value">The number behind the identifier.</param>
[JsonConverter(typeof(StrongIdConverter<SessionId>))]
public readonly record struct SessionId(long Value) : IStrongId<SessionId>
{
    /// <inheritdoc />
    public static SessionId From(long value) => new(value);

    /// <inheritdoc />
    public static SessionId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => StrongId.Parse<SessionId>(s);

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out SessionId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public static SessionId Parse(string s, IFormatProvider? provider) => StrongId.Parse<SessionId>(s);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out SessionId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
