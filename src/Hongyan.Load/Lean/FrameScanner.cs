using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;

namespace Hongyan.Load.Lean;

/// <summary>What a scanned frame is.</summary>
internal enum ScannedKind
{
    /// <summary>There is no further frame.</summary>
    None,

    Ack,
    Message,

    /// <summary>Any other; only <see cref="FrameScanner.Raw"/> is set.</summary>
    Other,
}

/// <summary>
/// Goes through the frames of a text message. What the server writes most is recognized by its bytes, without a parser;
/// whatever looks otherwise goes to the real one, so the outcome is the same for any JSON.
/// </summary>
internal ref struct FrameScanner(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private int _at = payload.Length > 0 && payload[0] == '[' ? 1 : 0;

    /// <summary>The frame's own bytes.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    public ScannedMessage Message { get; private set; }

    /// <summary>How many acknowledgements and messages had to be given to the real parser.</summary>
    public int Parsed { get; private set; }

    /// <summary>Goes to the next frame.</summary>
    public ScannedKind Next()
    {
        if (_at >= _payload.Length || _payload[_at] == ']')
        {
            return ScannedKind.None;
        }

        var cursor = new JsonCursor(_payload, _at);
        var kind = ScannedKind.Other;
        if (cursor.Skip("{\"t\":\"ack\","u8) && TryReadAck(ref cursor, out var ack))
        {
            kind = ScannedKind.Ack;
            Message = ack;
        }
        else if (
            cursor.Skip("{\"t\":\"message\",\"message\":"u8)
            && ScannedMessage.TryRead(ref cursor, out var message)
            && cursor.Skip("}"u8)
        )
        {
            kind = ScannedKind.Message;
            Message = message;
        }
        else
        {
            cursor = new JsonCursor(_payload, _at);
            cursor.SkipValue();
            kind = Parse(_payload[_at..cursor.At]);
        }

        Raw = _payload[_at..cursor.At];
        _at = cursor.At + 1; // the comma, or the bracket that ends it all
        return kind;
    }

    private static bool TryReadAck(scoped ref JsonCursor cursor, out ScannedMessage ack)
    {
        ack = default;
        if (
            !cursor.Skip("\"conversation\":\""u8)
            || !cursor.Number(out var conversation)
            || !cursor.Skip("\",\"clientId\":\""u8)
            || !cursor.Take(LoadId.TextLength, out var clientId)
            || !cursor.Skip("\",\"seq\":"u8)
            || !cursor.Number(out var seq)
            || !cursor.Skip(",\"pts\":"u8)
            || !cursor.Number(out var pts)
            || !cursor.Skip(",\"sentAt\":"u8)
            || !cursor.Number(out _)
            || !cursor.Skip("}"u8)
        )
        {
            return false;
        }

        ack = new ScannedMessage(conversation, seq, pts, clientId, default);
        return true;
    }

    private ScannedKind Parse(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"ack\""u8) < 0 && json.IndexOf("\"message\""u8) < 0)
        {
            return ScannedKind.Other;
        }

        switch (Deserialize(json))
        {
            case Ack ack:
                Message = ScannedMessage.Of(ack);
                Parsed++;
                return ScannedKind.Ack;
            case Pushed pushed:
                Message = ScannedMessage.Of(pushed.Message);
                Parsed++;
                return ScannedKind.Message;
            default:
                return ScannedKind.Other;
        }
    }

    /// <summary>The frame; null for a type that this version does not know.</summary>
    private static ServerFrame? Deserialize(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, HongyanJson.Wire.ServerFrame);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
