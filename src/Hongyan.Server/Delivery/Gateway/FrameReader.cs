using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>Takes a socket message apart into frames, and says what is wrong with those that are none.</summary>
internal static class FrameReader
{
    private const int MaxDepth = 32;

    /// <summary>What <see cref="MessageBody"/> kinds there are, to tell an unknown one from a malformed one.</summary>
    private static readonly HashSet<string> Kinds =
    [
        TextBody.Kind,
        BecameContactsBody.Kind,
        GroupCreatedBody.Kind,
        GroupRenamedBody.Kind,
        MemberLeftBody.Kind,
    ];

    private static readonly HashSet<string> Types =
    [
        "hello",
        "send",
        "mark",
        "typing",
        "changes",
        "heads",
        "difference",
        "history",
        "ping",
    ];

    /// <summary>The types of frame there are.</summary>
    public static IReadOnlyCollection<string> KnownTypes => Types;

    /// <summary>
    /// Where the frames of a message begin and end; null when it is no JSON object or array.
    /// </summary>
    public static List<Range>? Split(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            {
                return null;
            }

            var frames = new List<Range>();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                frames.Add(start..(int)reader.BytesConsumed);
            }
            else
            {
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    frames.Add(start..(int)reader.BytesConsumed);
                    if (frames.Count > Limits.FramesPerArray)
                    {
                        return null;
                    }
                }
            }

            // Nothing may follow.
            return reader.Read() ? null : frames;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads one frame.</summary>
    /// <param name="json">The frame's bytes.</param>
    /// <param name="error">What to answer when it is none.</param>
    public static ClientFrame? Read(ReadOnlySpan<byte> json, out Error? error)
    {
        error = null;
        try
        {
            if (JsonSerializer.Deserialize(json, HongyanJson.Wire.ClientFrame) is { } frame)
            {
                return frame;
            }
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // Told below.
        }

        error = Explain(json);
        return null;
    }

    /// <summary>The id a request wants its answer to carry, if it is one that has an answer.</summary>
    public static int? IdOf(ClientFrame frame) =>
        frame switch
        {
            GetChanges get => get.Id,
            GetHeads get => get.Id,
            GetDifference get => get.Id,
            GetHistory get => get.Id,
            Ping ping => ping.Id,
            _ => null,
        };

    private static Error Explain(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Explain(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair, which cannot be compared with others.
            return Describe(ErrorCode.InvalidRequest, null, null);
        }
    }

    private static Error Explain(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Describe(ErrorCode.InvalidRequest, null, null);
        }

        var type = Text(root, "t");
        int? id =
            root.TryGetProperty("id", out var idElement) && idElement.TryGetInt32Safely(out var number) ? number : null;
        Guid? clientId = Guid.TryParse(Text(root, "clientId"), out var parsed) ? parsed : null;
        if (type is null || !Types.Contains(type))
        {
            return Describe(type is null ? ErrorCode.InvalidRequest : ErrorCode.UnknownFrame, id, clientId);
        }

        var isUnknownKind =
            type == "send"
            && root.TryGetProperty("body", out var body)
            && body.ValueKind == JsonValueKind.Object
            && (Text(body, "kind") is not { } kind || !Kinds.Contains(kind));
        return Describe(isUnknownKind ? ErrorCode.UnknownKind : ErrorCode.InvalidRequest, id, clientId);
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8.
            return null;
        }
    }

    private static bool TryGetInt32Safely(this JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number);
    }

    private static Error Describe(string code, int? id, Guid? clientId)
    {
        var description = ErrorDescription.Of(code);
        return new Error(code, description.Title, description.IsRetryable, id, clientId);
    }
}
