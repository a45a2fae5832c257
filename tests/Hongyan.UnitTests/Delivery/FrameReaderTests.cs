using System.Text;
using CsCheck;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.UnitTests.Delivery;

public sealed class FrameReaderTests
{
    [Fact]
    public void Split_OfAnArray_GivesEachFrame()
    {
        var message = """ [ {"t":"ping","id":1} , {"t":"ping","id":2} ] """u8;

        var frames = FrameReader.Split(message)!;

        Assert.Equal(2, frames.Count);
        Assert.Equal(new Ping(2), FrameReader.Read(message[frames[1]], out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("42")]
    [InlineData("\"text\"")]
    [InlineData("{\"t\":\"ping\"")]
    [InlineData("{\"t\":\"ping\",\"id\":1}{}")]
    [InlineData("[{\"t\":\"ping\",\"id\":1}")]
    public void Split_OfWhatIsNoFrame_GivesNothing(string message) =>
        Assert.Null(FrameReader.Split(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void Split_OfTooManyFrames_GivesNothing() =>
        Assert.Null(FrameReader.Split(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", 257))}]")));

    [Fact]
    public void Split_OfDeepNesting_GivesNothing() =>
        Assert.Null(FrameReader.Split(Encoding.UTF8.GetBytes(new string('[', 5000))));

    [Theory]
    [InlineData("""{"t":"fly","id":3}""", ErrorCode.UnknownFrame, 3, null)]
    [InlineData("""{"id":3}""", ErrorCode.InvalidRequest, 3, null)]
    [InlineData("""[1]""", ErrorCode.InvalidRequest, null, null)]
    [InlineData("""{"t":"ping","id":"3"}""", ErrorCode.InvalidRequest, null, null)]
    [InlineData("""{"t":"history","id":4}""", ErrorCode.InvalidRequest, 4, null)]
    [InlineData("""{"t":"history","id":4,"conversation":5}""", ErrorCode.InvalidRequest, 4, null)]
    [InlineData("""{"t":"history","id":4,"conversation":"-5"}""", ErrorCode.InvalidRequest, 4, null)]
    [InlineData(
        """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"song"}}""",
        ErrorCode.UnknownKind,
        null,
        "0199e2a4-7e5c-7000-8000-000000000001"
    )]
    [InlineData(
        """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"text"}}""",
        ErrorCode.InvalidRequest,
        null,
        "0199e2a4-7e5c-7000-8000-000000000001"
    )]
    public void Read_OfABadFrame_SaysWhatIsWrongAndWhatItAnswers(string json, string code, int? id, string? clientId)
    {
        var frame = FrameReader.Read(Encoding.UTF8.GetBytes(json), out var error);

        Assert.Null(frame);
        Assert.Equal((code, id, clientId), (error!.Code, error.Id, error.ClientId?.ToString()));
    }

    [Fact]
    public void Read_OfHalfASurrogatePair_IsAnErrorAndNoFault()
    {
        var json =
            """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"text","text":"\ud83d"}}"""u8;

        var frame = FrameReader.Read(json, out var error);

        Assert.True(frame is Send || error!.Code == ErrorCode.InvalidRequest);
    }

    [Theory]
    [InlineData("""{"\ud83d":1}""")]
    [InlineData("""{"t":"ping","\ud83d":1}""")]
    [InlineData("""{"\ud83d":1,"t":"ping"}""")]
    [InlineData("""{"t":"send","body":{"\udc00":"text"}}""")]
    public void Read_OfHalfASurrogatePairInAName_IsAnErrorAndNoFault(string json)
    {
        var frame = FrameReader.Read(Encoding.UTF8.GetBytes(json), out var error);

        Assert.Null(frame);
        Assert.Equal(ErrorCode.InvalidRequest, error!.Code);
    }

    [Fact]
    public void Read_OfAnyBytes_NeverThrows()
    {
        var seeds = Gen.OneOfConst(
            """{"t":"ping","id":1}""",
            """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"text","text":"雁"}}""",
            """[{"t":"mark","conversation":"9","read":3},{"t":"typing","conversation":"9"}]"""
        );
        Gen.Select(seeds, Gen.Int[0, 200], Gen.Byte, Gen.Byte[0, 40])
            .Sample(
                (seed, position, change, insert) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(seed).ToList();
                    bytes[position % bytes.Count] = change;
                    bytes.InsertRange(position * 7 % bytes.Count, Enumerable.Repeat(insert, insert % 3));
                    var message = bytes.ToArray();
                    foreach (var range in FrameReader.Split(message) ?? [])
                    {
                        _ = FrameReader.Read(message.AsSpan(range), out _);
                    }
                },
                iter: 20_000,
                threads: 1
            );
    }

    [Theory]
    [InlineData(
        """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-00000000000A","body":{"kind":"text","text":"鸿雁 🪿 </>&'"}}"""
    )]
    [InlineData(
        """{"t":"send","conversation":"9223372036854775807","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"text","text":""}}"""
    )]
    [InlineData(
        """{"t":"send","conversation":"007","clientId":"00000000-0000-0000-0000-000000000000","body":{"kind":"text","text":"x"}}"""
    )]
    public void ReadOne_OfASendAsClientsWriteIt_ReadsWhatTheGeneralReaderReads(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);

        var send = SendReader.ReadOne(bytes);

        Assert.NotNull(send);
        Assert.Equal(FrameReader.Read(bytes, out _), send);
        Assert.Equal([send, send], SendReader.ReadMany(Encoding.UTF8.GetBytes($"[{json},{json}]")));
    }

    [Theory]
    [InlineData("\"1\"", "\"0\"")]
    [InlineData("\"1\"", "\"-1\"")]
    [InlineData("\"1\"", "\"\"")]
    [InlineData("\"1\"", "\"9223372036854775808\"")]
    [InlineData("\"1\"", "\"00000000000000000001\"")]
    [InlineData("\"1\"", "1")]
    [InlineData("0199e2a4", "{199e2a4")]
    [InlineData("000001\"", "00001\"")]
    [InlineData("雁", "\\u96c1")]
    [InlineData("雁", "a\"b")]
    [InlineData("雁", "a\nb")]
    [InlineData("}}", "},\"x\":1}")]
    [InlineData("}}", "}} ")]
    [InlineData("{\"t\"", " {\"t\"")]
    [InlineData("text\",", "song\",")]
    public void ReadOne_OfAnythingElse_LeavesItToTheGeneralReader(string from, string to) =>
        Assert.Null(SendReader.ReadOne(Encoding.UTF8.GetBytes(Usual.Replace(from, to, StringComparison.Ordinal))));

    [Theory]
    [InlineData("[]")]
    [InlineData("[{0},]")]
    [InlineData("[{0}")]
    [InlineData("[{0}]]")]
    [InlineData("[{0} ,{0}]")]
    public void ReadMany_OfAnythingElse_LeavesItToTheGeneralReader(string format) =>
        Assert.Null(
            SendReader.ReadMany(Encoding.UTF8.GetBytes(format.Replace("{0}", Usual, StringComparison.Ordinal)))
        );

    [Fact]
    public void ReadMany_OfTooManyFrames_LeavesItToTheGeneralReader() =>
        Assert.Null(
            SendReader.ReadMany(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(Usual, 257))}]"))
        );

    [Fact]
    public void ReadOne_OfAnyBytes_ReadsNothingThatTheGeneralReaderReadsOtherwise() =>
        Gen.Select(Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 2], Gen.OneOfConst("雁", "goose", "🪿", ""))
            .Sample(
                (position, change, kind, text) =>
                {
                    var bytes = Encoding.UTF8.GetBytes(Usual.Replace("雁", text, StringComparison.Ordinal)).ToList();
                    position %= bytes.Count;
                    switch (kind)
                    {
                        case 0:
                            bytes[position] = change;
                            break;
                        case 1:
                            bytes.Insert(position, change);
                            break;
                        default:
                            bytes.RemoveAt(position);
                            break;
                    }

                    byte[] message = [.. bytes];
                    if (SendReader.ReadOne(message) is { } send)
                    {
                        Assert.Single(FrameReader.Split(message)!);
                        Assert.Equal(FrameReader.Read(message, out _), send);
                    }
                },
                iter: 50_000,
                threads: 1
            );

    private const string Usual =
        """{"t":"send","conversation":"1","clientId":"0199e2a4-7e5c-7000-8000-000000000001","body":{"kind":"text","text":"雁"}}""";
}
