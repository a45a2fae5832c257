using System.Text;
using CsCheck;
using static Hongyan.UnitTests.Delivery.Framing.ClientFrames;
using static Hongyan.UnitTests.Delivery.Framing.Parsing;

namespace Hongyan.UnitTests.Delivery.Framing;

/// <summary>The receiving rules of RFC 6455, by its sections; docs/websocket.md names each of these.</summary>
public sealed class MessageParserTests
{
    private static readonly byte[] Goose = "雁"u8.ToArray();

    public static TheoryData<int> SizesAtTheEdges =>
        [0, 1, 3, 4, 5, 31, 32, 33, 124, 125, 126, 127, 1023, 1024, 1025, 65_535, 65_536];

    [Theory, MemberData(nameof(SizesAtTheEdges))]
    public void Text_OfEveryFormOfLength_IsRead(int size)
    {
        var text = new string('x', size);

        Assert.Equal([$"text {text}"], Parse(Text(text)));
        Assert.Equal([$"text {text}"], Parse(Text(text), 7));
    }

    [Fact]
    public void Text_ByteByByte_IsRead() => Assert.Equal(["text 鸿雁 🪿"], Parse(Text("鸿雁 🪿"), 1));

    [Fact]
    public void Messages_InOneRead_AreAllRead() =>
        Assert.Equal(
            ["text a", "ping 70", "text b", "text c"],
            Parse([.. Text("a"), .. Ping("p"), .. Text("b"), .. Text("c")])
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void ReservedBits_FailTheConnection(int reserved) =>
        Assert.Equal(["closed 1002"], Parse(Make(TextOpcode, "a"u8, reserved: reserved)));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public void ReservedOpcodes_FailTheConnection(int opcode) =>
        Assert.Equal(["closed 1002"], Parse(Make(opcode, "a"u8)));

    [Theory]
    [InlineData(TextOpcode)]
    [InlineData(PingOpcode)]
    [InlineData(CloseOpcode)]
    public void UnmaskedFrames_FailTheConnection(int opcode) =>
        Assert.Equal(["closed 1002"], Parse(Make(opcode, ClosePayload(1000), isMasked: false)));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(125, 8)]
    [InlineData(126, 8)]
    [InlineData(65_535, 8)]
    public void Lengths_NotInTheShortestForm_FailTheConnection(int size, int lengthBytes) =>
        Assert.Equal(["closed 1002"], Parse(Make(TextOpcode, new byte[size], lengthBytes: lengthBytes)));

    [Fact]
    public void Lengths_WithTheHighestBit_FailTheConnection() =>
        Assert.Equal(["closed 1002"], Parse(Header(TextOpcode, long.MinValue + 5)));

    [Theory]
    [InlineData(MaxBytes + 1L)]
    [InlineData(uint.MaxValue)]
    [InlineData(long.MaxValue)]
    public void Lengths_OverTheLimit_FailTheConnectionBeforeThePayloadComes(long length) =>
        Assert.Equal(["closed 1009"], Parse(Header(TextOpcode, length)));

    [Fact]
    public void Fragments_ThatTogetherAreOverTheLimit_FailTheConnection()
    {
        var half = Make(
            TextOpcode,
            new byte[MaxBytes / 2]
                .Select(_ => (byte)'x')
                .ToArray(),
            isFinal: false
        );
        var rest = Make(Continuation, new byte[(MaxBytes / 2) + 1]);

        Assert.Equal(["closed 1009"], Parse([.. half, .. rest]));
    }

    [Fact]
    public void Fragments_WithControlFramesBetween_MakeOneMessage() =>
        Assert.Equal(
            ["ping 31", "ping 32", "text one two three"],
            Parse([
                .. Make(TextOpcode, "one "u8, isFinal: false),
                .. Ping("1"),
                .. Make(PongOpcode, "unasked"u8),
                .. Make(Continuation, "two "u8, isFinal: false),
                .. Make(Continuation, [], isFinal: false),
                .. Ping("2"),
                .. Make(Continuation, "three"u8),
            ])
        );

    [Fact]
    public void Fragments_ThatAreAllEmpty_MakeAnEmptyMessage() =>
        Assert.Equal(
            ["text "],
            Parse([
                .. Make(TextOpcode, [], isFinal: false),
                .. Make(Continuation, [], isFinal: false),
                .. Make(Continuation, []),
            ])
        );

    [Fact]
    public void Continuation_WithoutABeginning_FailsTheConnection() =>
        Assert.Equal(["closed 1002"], Parse(Make(Continuation, "a"u8)));

    [Fact]
    public void Continuation_AfterAWholeMessage_FailsTheConnection() =>
        Assert.Equal(["text a", "closed 1002"], Parse([.. Text("a"), .. Make(Continuation, "b"u8)]));

    [Fact]
    public void NewMessage_BetweenFragments_FailsTheConnection() =>
        Assert.Equal(["closed 1002"], Parse([.. Make(TextOpcode, "a"u8, isFinal: false), .. Text("b")]));

    [Fact]
    public void Binary_FailsTheConnection() => Assert.Equal(["closed 1003"], Parse(Make(BinaryOpcode, "a"u8)));

    [Theory]
    [InlineData(PingOpcode)]
    [InlineData(PongOpcode)]
    [InlineData(CloseOpcode)]
    public void ControlFrames_InFragments_FailTheConnection(int opcode) =>
        Assert.Equal(["closed 1002"], Parse(Make(opcode, ClosePayload(1000), isFinal: false)));

    [Theory]
    [InlineData(PingOpcode)]
    [InlineData(PongOpcode)]
    [InlineData(CloseOpcode)]
    public void ControlFrames_OverTheirLimit_FailTheConnection(int opcode) =>
        Assert.Equal(["closed 1002"], Parse(Make(opcode, new byte[126])));

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    public void Ping_OfEverySize_IsTold(int size) =>
        Assert.Equal([$"ping {new string('0', size * 2)}"], Parse(Make(PingOpcode, new byte[size]), 3));

    [Fact]
    public void Pong_ThatNobodyAskedFor_IsPassedOver() =>
        Assert.Equal(["text a"], Parse([.. Make(PongOpcode, "x"u8), .. Text("a")]));

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1011)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public void Close_WithACodeThatMayBeSent_IsAnswered(int code) =>
        Assert.Equal(["closed 1000"], Parse(Close(code, "再见")));

    [Fact]
    public void Close_WithoutACode_IsAnswered() => Assert.Equal(["closed 1000"], Parse(Make(CloseOpcode, [])));

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65_535)]
    public void Close_WithACodeThatMayNotBeSent_FailsTheConnection(int code) =>
        Assert.Equal(["closed 1002"], Parse(Close(code)));

    [Fact]
    public void Close_WithHalfACode_FailsTheConnection() =>
        Assert.Equal(["closed 1002"], Parse(Make(CloseOpcode, [3])));

    [Fact]
    public void Close_WithAReasonThatIsNoUtf8_FailsTheConnection() =>
        Assert.Equal(["closed 1007"], Parse(Make(CloseOpcode, [.. ClosePayload(1000), 0xFF])));

    [Fact]
    public void Close_BetweenFragments_IsAnswered() =>
        Assert.Equal(["closed 1000"], Parse([.. Make(TextOpcode, "a"u8, isFinal: false), .. Close(1000)]));

    [Theory]
    [InlineData("C3")] // half a character
    [InlineData("80")] // a continuation without a beginning
    [InlineData("C080")] // overlong
    [InlineData("E08080")]
    [InlineData("EDA080")] // half a surrogate pair
    [InlineData("F4908080")] // beyond U+10FFFF
    [InlineData("F5808080")]
    [InlineData("FF")]
    [InlineData("78FE78")]
    public void Text_ThatIsNoUtf8_FailsTheConnection(string hex) =>
        Assert.Equal(["closed 1007"], Parse(Make(TextOpcode, Convert.FromHexString(hex))));

    [Fact]
    public void Text_WithACharacterCutByFragments_IsRead() =>
        Assert.Equal(
            ["text 雁"],
            Parse([
                    .. Make(TextOpcode, Goose.AsSpan(0, 1), isFinal: false),
                    .. Ping(""),
                    .. Make(Continuation, Goose.AsSpan(1, 1), isFinal: false),
                    .. Make(Continuation, Goose.AsSpan(2, 1)),
                ])
                .Where(result => result != "ping ")
        );

    [Fact]
    public void Text_ThatBecomesNoUtf8_FailsTheConnectionBeforeItsEnd() =>
        Assert.Equal(
            ["closed 1007"],
            Parse([.. Make(TextOpcode, [0xE9, 0x9B], isFinal: false), .. Make(Continuation, [0x41], isFinal: false)])
        );

    [Fact]
    public void Text_ThatEndsInTheMiddleOfACharacter_FailsTheConnection() =>
        Assert.Equal(
            ["closed 1007"],
            Parse([.. Make(TextOpcode, [0xE9], isFinal: false), .. Make(Continuation, [0x9B])])
        );

    [Fact]
    public void AnyMessages_CutAnyhow_AreReadAlike()
    {
        var text = Gen.OneOfConst("a", "é", "雁", "🪿").Array[0, 150].Select(string.Concat);
        var frames = Gen.OneOf(
            text.Select(Text),
            text.Select(Gen.Int[0, 40]).Select((whole, cut) => Fragmented(whole, cut)),
            Gen.OneOfConst("", "p", "雁").Select(Ping)
        );
        Gen.Select(frames.Array[0, 8], Gen.Int[1, 40].Array[1, 5])
            .Sample(
                (all, sizes) =>
                {
                    byte[] bytes = [.. all.SelectMany(frame => frame)];
                    Assert.Equal(Parse(bytes), Parse(bytes, sizes));
                },
                iter: 2_000,
                threads: 1
            );
    }

    [Fact]
    public void AnyBytes_CutAnyhow_AreJudgedAlike() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[1, 9].Array[1, 4], Gen.Int[0, 15], Gen.Bool)
            .Sample(
                (noise, sizes, opcode, isGood) =>
                {
                    byte[] bytes = isGood ? [.. Make(opcode, noise), .. noise] : noise;
                    Assert.Equal(Parse(bytes), Parse(bytes, sizes));
                },
                iter: 5_000,
                threads: 1
            );

    private static byte[] Fragmented(string text, int cut)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        cut = Math.Min(cut, bytes.Length);
        return
        [
            .. Make(TextOpcode, bytes.AsSpan(0, cut), isFinal: false),
            .. Ping("between"),
            .. Make(Continuation, bytes.AsSpan(cut)),
        ];
    }
}
