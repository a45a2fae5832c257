using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>Frames as bytes. A frame for many receivers is written once.</summary>
internal static class Frames
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static byte[] Serialize(ServerFrame frame) =>
        JsonSerializer.SerializeToUtf8Bytes(frame, HongyanJson.Wire.ServerFrame);

    public static byte[] SerializeBody(MessageBody body) =>
        JsonSerializer.SerializeToUtf8Bytes(body, HongyanJson.Wire.MessageBody);

    /// <summary>The <see cref="Pushed"/> frame of a message whose body is JSON already.</summary>
    public static byte[] Message(ConversationId conversation, MessageWrite message)
    {
        var (buffer, writer) = Rent();
        writer.WriteStartObject();
        writer.WriteString("t"u8, "message"u8);
        writer.WriteStartObject("message"u8);
        WriteId(writer, "conversation"u8, conversation.Value);
        writer.WriteNumber("seq"u8, message.Seq);
        writer.WriteNumber("pts"u8, message.Pts);
        WriteId(writer, "sender"u8, message.Sender.Value);
        writer.WriteString("clientId"u8, message.ClientId);
        writer.WritePropertyName("body"u8);
        writer.WriteRawValue(message.Body.Span, skipInputValidation: true);
        writer.WriteNumber("sentAt"u8, message.SentAt);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The <see cref="Ack"/> frame of a send.</summary>
    public static byte[] Ack(MessageSent sent)
    {
        var (buffer, writer) = Rent();
        writer.WriteStartObject();
        writer.WriteString("t"u8, "ack"u8);
        WriteId(writer, "conversation"u8, sent.Conversation.Value);
        writer.WriteString("clientId"u8, sent.ClientId);
        writer.WriteNumber("seq"u8, sent.Seq);
        writer.WriteNumber("pts"u8, sent.Pts);
        writer.WriteNumber("sentAt"u8, sent.SentAt);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long id)
    {
        Span<byte> digits = stackalloc byte[20];
        System.Buffers.Text.Utf8Formatter.TryFormat(id, digits, out var written);
        writer.WriteString(name, digits[..written]);
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) Rent()
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var writer = t_writer ??= new Utf8JsonWriter(buffer, Options);
        writer.Reset(buffer);
        return (buffer, writer);
    }
}
