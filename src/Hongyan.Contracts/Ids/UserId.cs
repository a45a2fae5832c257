using System.Globalization;
using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Ids;

/// <summary>A person.</summary>
/// <param name="Value">The number behind the identifier.</param>
[JsonConverter(typeof(StrongIdConverter<UserId>))]
public readonly record struct UserId(long Value) : IStrongId<UserId>
{
    /// <inheritdoc />
    public static UserId From(long value) => new(value);

    /// <inheritdoc />
    public static UserId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => StrongId.Parse<UserId>(s);

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UserId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public static UserId Parse(string s, IFormatProvider? provider) => StrongId.Parse<UserId>(s);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out UserId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
