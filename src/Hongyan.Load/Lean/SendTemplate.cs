using System.Globalization;
using System.Text;

namespace Hongyan.Load.Lean;

/// <summary>
/// The frame with which a connection sends into its conversation, ready but for the client id, and for the number of the
/// message that its text begins with. The text is 120 bytes, as the peers were measured with: Latin and Chinese.
/// </summary>
internal sealed class SendTemplate
{
    /// <summary>Hexadecimal digits of the number in the text.</summary>
    public const int NumberLength = 12;

    private const string Words = " the wild goose carries a letter; 鸿雁传书，万里如面，今晚八点老地方见，别忘了带伞。";

    private readonly byte[] _frame;
    private readonly int _idAt;
    private readonly int _numberAt;

    public SendTemplate(long conversation, int run, int loop)
    {
        Conversation = conversation;
        var id = new string('0', LoadId.TextLength);
        var json = Encoding.UTF8.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"t":"send","conversation":"{{{conversation}}}","clientId":"{{{id}}}","body":{"kind":"text","text":"{{{Text(0)}}}"}}"""
            )
        );
        var header = ClientFrames.HeaderLength(json.Length);
        _frame = new byte[header + json.Length];
        ClientFrames.WriteHeader(_frame, ClientFrames.Text, json.Length);
        json.CopyTo(_frame.AsSpan(header));
        _idAt = _frame.AsSpan().IndexOf("clientId\":\""u8) + "clientId\":\"".Length;
        _numberAt = _frame.AsSpan().IndexOf("text\":\""u8) + "text\":\"".Length;
        new LoadId(run, loop, 0).WriteFrame(_frame.AsSpan(_idAt));
    }

    public long Conversation { get; }

    /// <summary>The length of the frame, header included.</summary>
    public int FrameLength => _frame.Length;

    /// <summary>The text of a message.</summary>
    public static string Text(long counter) => counter.ToString("x12", CultureInfo.InvariantCulture) + Words;

    /// <summary>Whether a text is the one that was sent under this number.</summary>
    public static bool IsText(ReadOnlySpan<byte> text, long counter) =>
        text.Length > NumberLength && Hex.TryRead(text[..NumberLength], out var number) && (long)number == counter;

    /// <summary>Adds the frame to what a connection has to send.</summary>
    public void AppendTo(LeanConnection connection, long unixMs, long counter)
    {
        var frame = connection.Append(_frame.Length);
        _frame.CopyTo(frame);
        LoadId.WriteNext(frame[_idAt..], unixMs, counter);
        Hex.Write(frame.Slice(_numberAt, NumberLength), (ulong)counter);
    }
}
