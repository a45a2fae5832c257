using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Ids;

/// <summary>Reads and writes a strong id as a JSON string of decimal digits.</summary>
/// <typeparam name="TId">The identifier's type.</typeparam>
public sealed class StrongIdConverter<TId> : JsonConverter<TId>
    where TId : struct, IStrongId<TId>
{
    private const int MaxDigits = 19;

    /// <inheritdoc />
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("An id is a string of decimal digits.");
        }

        return ReadText(ref reader);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        Utf8Formatter.TryFormat(value.Value, digits, out var written);
        writer.WriteStringValue(digits[..written]);
    }

    /// <inheritdoc />
    public override TId ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => ReadText(ref reader);

    /// <inheritdoc />
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        Span<byte> digits = stackalloc byte[MaxDigits + 1];
        Utf8Formatter.TryFormat(value.Value, digits, out var written);
        writer.WritePropertyName(digits[..written]);
    }

    private static TId ReadText(ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[MaxDigits];
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (length <= MaxDigits)
        {
            var copied = reader.CopyString(text);
            if (StrongId.TryParse<TId>(text[..copied], out var id))
            {
                return id;
            }
        }

        throw new JsonException("An id is a string of decimal digits.");
    }
}
