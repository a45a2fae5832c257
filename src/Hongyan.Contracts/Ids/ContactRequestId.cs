using System.Globalization;
using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Ids;

/// <summary>A request to become somebody's contact.</summary>
/// <param name="Value">The number behind the identifier.</param>
[JsonConverter(typeof(StrongIdConverter<ContactRequestId>))]
public readonly record struct ContactRequestId(long Value) : IStrongId<ContactRequestId>
{
    /// <inheritdoc />
    public static ContactRequestId From(long value) => new(value);

    /// <inheritdoc />
    public static ContactRequestId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        StrongId.Parse<ContactRequestId>(s);

    /// <inheritdoc />
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ContactRequestId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public static ContactRequestId Parse(string s, IFormatProvider? provider) => StrongId.Parse<ContactRequestId>(s);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out ContactRequestId result) =>
        StrongId.TryParse(s, out result);

    /// <inheritdoc />
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
