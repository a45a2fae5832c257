using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Load.Lean;

/// <summary>Goes through the messages of a <c>history</c> or <c>difference</c> frame.</summary>
internal ref struct PageScanner
{
    private readonly IReadOnlyList<Message>? _parsed;
    private JsonCursor _cursor;
    private int _next;

    public PageScanner(ReadOnlySpan<byte> json)
    {
        // The messages of either answer are the first list in it; what follows the list is read by the real parser.
        const string Begin = "\"messages\":[";
        var begin = json.IndexOf("\"messages\":["u8);
        _cursor = new JsonCursor(json, begin + Begin.Length);
        var probe = _cursor;
        while (begin >= 0 && ScannedMessage.TryRead(ref probe, out _))
        {
            probe.Skip(","u8);
        }

        if (begin < 0 || TryReadEnd(ref probe) is not { } hasMore)
        {
            (_parsed, HasMore) = Parse(json);
        }
        else
        {
            HasMore = hasMore;
        }
    }

    /// <summary>Whether there are more after these.</summary>
    public bool HasMore { get; }

    /// <summary>Whether the real parser had to read it.</summary>
    public readonly bool IsParsed => _parsed is not null;

    public ScannedMessage Message { get; private set; }

    public bool Next()
    {
        if (_parsed is not null)
        {
            if (_next == _parsed.Count)
            {
                return false;
            }

            Message = ScannedMessage.Of(_parsed[_next++]);
            return true;
        }

        if (!ScannedMessage.TryRead(ref _cursor, out var message))
        {
            return false;
        }

        Message = message;
        _cursor.Skip(","u8);
        return true;
    }

    /// <summary>What comes after the list: whether there are more, or null when it looks unexpected.</summary>
    private static bool? TryReadEnd(scoped ref JsonCursor cursor)
    {
        var isDifference = cursor.Skip("],\"pts\":"u8);
        if (isDifference && !cursor.Number(out _))
        {
            return null;
        }

        return cursor.Skip(isDifference ? ",\"isComplete\":false}}"u8 : "],\"hasMore\":true}}"u8) ? true
            : cursor.Skip(isDifference ? ",\"isComplete\":true}}"u8 : "],\"hasMore\":false}}"u8) ? false
            : null;
    }

    private static (IReadOnlyList<Message> Messages, bool HasMore) Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, HongyanJson.Wire.ServerFrame) switch
        {
            History history => (history.Result.Messages, history.Result.HasMore),
            Difference difference => (difference.Result.Messages, !difference.Result.IsComplete),
            _ => throw new JsonException("Neither history nor difference."),
        };
}
