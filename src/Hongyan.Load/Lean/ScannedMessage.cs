using System.Text;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Load.Lean;

/// <summary>What the load generator looks at in an acknowledgement or a message.</summary>
/// <param name="conversation">Where.</param>
/// <param name="seq">Its place.</param>
/// <param name="pts">The change counter it took.</param>
/// <param name="clientId">The client id's 36 characters.</param>
/// <param name="text">A text body's text as it is written, escapes and all; empty for other kinds.</param>
internal readonly ref struct ScannedMessage(
    long conversation,
    long seq,
    long pts,
    ReadOnlySpan<byte> clientId,
    ReadOnlySpan<byte> text
)
{
    public long Conversation { get; } = conversation;
    public long Seq { get; } = seq;
    public long Pts { get; } = pts;
    public ReadOnlySpan<byte> ClientId { get; } = clientId;
    public ReadOnlySpan<byte> Text { get; } = text;

    public static ScannedMessage Of(Ack ack) =>
        new(ack.Conversation.Value, ack.Seq, ack.Pts, Encoding.ASCII.GetBytes(ack.ClientId.ToString()), default);

    public static ScannedMessage Of(Message message) =>
        new(
            message.Conversation.Value,
            message.Seq,
            message.Pts,
            Encoding.ASCII.GetBytes(message.ClientId.ToString()),
            message.Body is TextBody { Text: var text } ? Encoding.UTF8.GetBytes(text) : default
        );

    /// <summary>Reads a message as the server writes it; false when it looks otherwise, and the cursor is then anywhere.</summary>
    public static bool TryRead(scoped ref JsonCursor cursor, out ScannedMessage message)
    {
        message = default;
        if (
            !cursor.Skip("{\"conversation\":\""u8)
            || !cursor.Number(out var conversation)
            || !cursor.Skip("\",\"seq\":"u8)
            || !cursor.Number(out var seq)
            || !cursor.Skip(",\"pts\":"u8)
            || !cursor.Number(out var pts)
            || !cursor.Skip(",\"sender\":\""u8)
            || !cursor.Number(out _)
            || !cursor.Skip("\",\"clientId\":\""u8)
            || !cursor.Take(LoadId.TextLength, out var clientId)
            || !cursor.Skip("\",\"body\":"u8)
        )
        {
            return false;
        }

        ReadOnlySpan<byte> text = default;
        if (cursor.Skip("{\"kind\":\"text\",\"text\":\""u8))
        {
            if (!cursor.TakeString(out text) || !cursor.Skip("}"u8))
            {
                return false;
            }
        }
        else
        {
            cursor.SkipValue();
        }

        if (!cursor.Skip(",\"sentAt\":"u8) || !cursor.Number(out _) || !cursor.Skip("}"u8))
        {
            return false;
        }

        message = new ScannedMessage(conversation, seq, pts, clientId, text);
        return true;
    }
}
