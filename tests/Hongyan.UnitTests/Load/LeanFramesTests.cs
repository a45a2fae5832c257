using System.Text;
using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load.Lean;
using Hongyan.Server.Delivery;

namespace Hongyan.UnitTests.Load;

/// <summary>What the lean client writes, and how it takes what comes apart.</summary>
public sealed class LeanFramesTests
{
    [Fact]
    public void SendTemplate_WritesAFrame_ThatTheRealParserReads()
    {
        var connection = new LeanConnection(0, 0);
        var template = new SendTemplate(42, 0xABC, 3);
        const long UnixMs = 1_750_000_000_123;

        template.AppendTo(connection, UnixMs, 0x1234);
        template.AppendTo(connection, UnixMs + 1, 0x1235);

        var first = Payload(connection.Outgoing[..template.FrameLength]);
        var send = Assert.IsType<Send>(JsonSerializer.Deserialize(first, HongyanJson.Wire.ClientFrame));
        Assert.Equal(42, send.Conversation.Value);
        Assert.Equal(UnixMs, RecentSends.TimeOf(send.ClientId));
        Assert.Equal(new LoadId(0xABC, 3, 0x1234).At(UnixMs), send.ClientId);
        var text = Assert.IsType<TextBody>(send.Body).Text;
        Assert.Equal(SendTemplate.Text(0x1234), text);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 110, 130);
        Assert.True(SendTemplate.IsText(Encoding.UTF8.GetBytes(text), 0x1234));
        Assert.False(SendTemplate.IsText(Encoding.UTF8.GetBytes(text), 0x1235));
        Assert.Equal(2 * template.FrameLength, connection.Outgoing.Length);
    }

    [Fact]
    public void LoadId_ComesBack_FromItsText()
    {
        var id = new LoadId(0xFFF, 0x0A5, 0xFFFF_FFFF_FFFF);

        Assert.True(LoadId.TryRead(Encoding.ASCII.GetBytes(id.At(1_750_000_000_123).ToString()), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("01920000-0000-4000-8000-00000000000a")]
    [InlineData("01920000-0000-7000-8000-00000000000")]
    [InlineData("01920000-0000-7000-8000-00000000000g")]
    public void LoadId_OfAnotherKind_IsNone(string text) =>
        Assert.False(LoadId.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void ServerFrames_OfAnyLength_AreTakenWhole(int length)
    {
        var header = new byte[10];
        var frame = header[..ServerFrames.WriteHeader(header, length)].Concat(new byte[length]).ToArray();
        ReadOnlySpan<byte> two = [.. frame, .. frame];

        Assert.True(ServerFrames.TryRead(ref two, out var opcode, out var payload));
        Assert.Equal((ServerFrames.Text, length), (opcode, payload.Length));
        Assert.True(ServerFrames.TryRead(ref two, out _, out _));
        Assert.False(ServerFrames.TryRead(ref two, out _, out _));
        for (var cut = 0; cut < frame.Length; cut += Math.Max(1, frame.Length / 16))
        {
            ReadOnlySpan<byte> part = frame.AsSpan(0, cut);
            Assert.False(ServerFrames.TryRead(ref part, out _, out _));
        }
    }

    [Theory]
    [InlineData(0x01)] // a fragment
    [InlineData(0xC1)] // a reserved bit
    public void ServerFrames_ThatThisClientCannotRead_AreAnError(byte first) =>
        Assert.Throws<IOException>(() =>
        {
            ReadOnlySpan<byte> frame = [first, 0];
            ServerFrames.TryRead(ref frame, out _, out _);
        });

    [Fact]
    public void Connection_KeepsWhatTheKernelDidNotTake()
    {
        var connection = new LeanConnection(0, 0);
        connection.Append(600).Fill(1);
        connection.Sent(500);
        connection.Append(600).Fill(2);

        Assert.Equal(
            [.. Enumerable.Repeat((byte)1, 100), .. Enumerable.Repeat((byte)2, 600)],
            connection.Outgoing.ToArray()
        );
    }

    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0x81, frame[0]);
        Assert.Equal(0x80 | 126, frame[1]);
        Assert.Equal(0, frame[4] | frame[5] | frame[6] | frame[7]); // the mask
        Assert.Equal(frame.Length - 8, (frame[2] << 8) | frame[3]);
        return frame[8..];
    }
}
