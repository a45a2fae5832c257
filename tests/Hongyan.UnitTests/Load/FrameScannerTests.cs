using System.Text;
using System.Text.Json;
using CsCheck;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load.Lean;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Load;

/// <summary>The scanner against the real parser, on what the server really writes and on what it might write one day.</summary>
public sealed class FrameScannerTests
{
    private static readonly ConversationId Conversation = new(7_123_456_789_012_345_678);

    [Fact]
    public void Next_OnWhatTheServerWrites_NeedsNoParser()
    {
        var (message, ack) = (Message("早上好, \"goose\" \\ 🪿"), Ack(9));

        var seen = Scan(Join(message, ack, message), out var parsed);

        Assert.Equal(0, parsed);
        Assert.Equal(Real(Join(message, ack, message)), seen);
    }

    [Fact]
    public void Next_OnASingleFrame_ReadsIt()
    {
        var ack = Ack(3);

        Assert.Equal(Real(ack), Scan(ack, out _));
    }

    [Fact]
    public void Next_OnOtherFrames_PassesThemOver()
    {
        byte[] json = Encoding.UTF8.GetBytes(
            """[{"t":"welcome","session":"1","user":"2","pts":0,"now":1,"pingSeconds":30},{"t":"resync"},{"t":"new","message":{"a":["]}"]}}]"""
        );

        Assert.Equal(["Other", "Other", "Other"], Scan(json, out _));
    }

    [Fact]
    public void Next_OnASystemMessage_SkipsItsBody()
    {
        var body = Frames.SerializeBody(new GroupCreatedBody("}],{\"t\":\"ack\"", [new UserId(1), new UserId(2)]));
        var json = Join(Frames.Message(Conversation, Write(body)), Ack(4));

        var seen = Scan(json, out var parsed);

        Assert.Equal(0, parsed);
        Assert.Equal(Real(json), seen);
    }

    [Theory]
    [InlineData(
        """{"t":"ack","seq":5,"conversation":"12","clientId":"01920000-0000-7000-8000-00000000000a","pts":6,"sentAt":7}"""
    )]
    [InlineData(
        """{ "t": "ack", "conversation": "12", "clientId": "01920000-0000-7000-8000-00000000000a", "seq": 5, "pts": 6, "sentAt": 7 }"""
    )]
    [InlineData(
        """{"t":"ack","conversation":"12","clientId":"01920000-0000-7000-8000-00000000000a","seq":5,"pts":6,"sentAt":7,"later":{"x":1}}"""
    )]
    public void Next_OnUnusualJson_AsksTheParser(string frame)
    {
        var json = Encoding.UTF8.GetBytes($"[{frame},{frame}]");

        var seen = Scan(json, out var parsed);

        Assert.Equal(2, parsed);
        Assert.Equal(Real(json), seen);
    }

    [Fact]
    public void Next_OnAnyTexts_AgreesWithTheParser() =>
        Gen
            .String.Array[0, 5]
            .Sample(texts =>
            {
                var frames = texts.Select(text => Message(text.Replace('\0', ' '))).Append(Ack(1)).ToArray();
                var json = Join(frames);
                Assert.Equal(Real(json), Scan(json, out _));
            });

    [Fact]
    public void PageScanner_ReadsHistory_AsTheServerWritesIt()
    {
        var page = new HistoryPage([Stored(4, "four \"4\""), Stored(5, "五")], HasMore: true);
        var json = Frames.Serialize(new History(1, page));

        var scanner = new PageScanner(json);

        Assert.False(scanner.IsParsed);
        Assert.True(scanner.HasMore);
        Assert.Equal([4L, 5L], Seqs(scanner));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PageScanner_ReadsDifference_AsTheServerWritesIt(bool isComplete)
    {
        var difference = new Hongyan.Contracts.Sync.ConversationDifference(
            Conversation,
            [Stored(4, "four")],
            4,
            isComplete
        );
        var json = Frames.Serialize(new Difference(1, difference));

        var scanner = new PageScanner(json);

        Assert.False(scanner.IsParsed);
        Assert.Equal(!isComplete, scanner.HasMore);
        Assert.Equal([4L], Seqs(scanner));
    }

    [Fact]
    public void PageScanner_OnUnusualJson_AsksTheParser()
    {
        var page = new HistoryPage([Stored(4, "four")], HasMore: true);
        var json = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Frames.Serialize(new History(1, page))).Replace("\"seq\":", "\"seq\": ")
        );

        var scanner = new PageScanner(json);

        Assert.True(scanner.IsParsed);
        Assert.True(scanner.HasMore);
        Assert.Equal([4L], Seqs(scanner));
    }

    private static List<long> Seqs(PageScanner scanner)
    {
        var seqs = new List<long>();
        while (scanner.Next())
        {
            seqs.Add(scanner.Message.Seq);
        }

        return seqs;
    }

    private static List<string> Scan(byte[] json, out int parsed)
    {
        var scanner = new FrameScanner(json);
        var seen = new List<string>();
        for (var kind = scanner.Next(); kind != ScannedKind.None; kind = scanner.Next())
        {
            var message = scanner.Message;
            seen.Add(
                kind switch
                {
                    ScannedKind.Ack =>
                        $"Ack {message.Conversation} {message.Seq} {message.Pts} {Encoding.ASCII.GetString(message.ClientId)}",
                    ScannedKind.Message =>
                        $"Message {message.Conversation} {message.Seq} {message.Pts} {Encoding.ASCII.GetString(message.ClientId)}",
                    _ => "Other",
                }
            );
        }

        parsed = scanner.Parsed;
        return seen;
    }

    private static List<string> Real(byte[] json)
    {
        var frames =
            json[0] == '['
                ? JsonSerializer.Deserialize(json, HongyanJson.Wire.ServerFrameArray)!
                : [JsonSerializer.Deserialize(json, HongyanJson.Wire.ServerFrame)!];
        return
        [
            .. frames.Select(frame =>
                frame switch
                {
                    Ack ack => $"Ack {ack.Conversation} {ack.Seq} {ack.Pts} {ack.ClientId}",
                    Pushed { Message: var message } =>
                        $"Message {message.Conversation} {message.Seq} {message.Pts} {message.ClientId}",
                    _ => "Other",
                }
            ),
        ];
    }

    private static byte[] Join(params byte[][] frames) =>
        [(byte)'[', .. frames.SelectMany((frame, index) => index == 0 ? frame : [(byte)',', .. frame]), (byte)']'];

    private static byte[] Message(string text) =>
        Frames.Message(Conversation, Write(Frames.SerializeBody(new TextBody(text))));

    private static MessageWrite Write(byte[] body) =>
        new(12, 34, new UserId(5), Guid.CreateVersion7(), 1_700_000_000_000, 1, body);

    private static byte[] Ack(long seq) =>
        Frames.Ack(new MessageSent(Conversation, Guid.CreateVersion7(), seq, seq + 1, 1_700_000_000_000));

    private static Message Stored(long seq, string text) =>
        new()
        {
            Conversation = Conversation,
            Seq = seq,
            Pts = seq,
            Sender = new UserId(5),
            ClientId = Guid.CreateVersion7(),
            Body = new TextBody(text),
            SentAt = 1_700_000_000_000,
        };
}
