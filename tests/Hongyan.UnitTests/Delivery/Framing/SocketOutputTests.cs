using System.Net;
using System.Net.Sockets;
using CsCheck;
using Hongyan.Server.Delivery.Gateway.Framing;

namespace Hongyan.UnitTests.Delivery.Framing;

public sealed class SocketOutputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_ArriveWholeAndInOrder_HoweverLargeAndManyTheyAre_AndHoweverSlowlyTheyAreRead() =>
        await Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40], Gen.Bool)
            .SampleAsync(
                async (seed, count, isSlow) =>
                {
                    using var pair = await Pair.ConnectAsync();
                    var random = new Random(seed);
                    var expected = new List<byte>();
                    var flushes = new List<List<(Opcode, byte[])>>();
                    for (var i = 0; i < count; i++)
                    {
                        var frames = new List<(Opcode, byte[])>();
                        for (var j = random.Next(1, 40); j > 0; j--)
                        {
                            var payload = new byte[SizeOf(random)];
                            random.NextBytes(payload);
                            var opcode = payload.Length < 126 && random.Next(5) == 0 ? Opcode.Pong : Opcode.Text;
                            frames.Add((opcode, payload));
                            expected.AddRange(ServerFrame(opcode, payload));
                        }

                        flushes.Add(frames);
                    }

                    var sending = SendAsync(pair.Output, flushes);
                    var received = await pair.ReadAsync(expected.Count, isSlow ? 1_000 : 1_000_000);
                    await sending;

                    Assert.True(received.AsSpan().SequenceEqual(expected.ToArray()));
                },
                iter: 20,
                threads: 1
            );

    [Fact]
    public async Task Flush_IsOver_OnlyWhenTheKernelHasTakenEverything()
    {
        using var pair = await Pair.ConnectAsync();
        var payload = new byte[16 * 1024 * 1024];
        pair.Output.Write(Opcode.Text, payload);

        var flushing = pair.Output.FlushAsync().AsTask();
        Assert.False(flushing.IsCompleted);

        await pair.ReadAsync(payload.Length + 10, 1_000_000);
        await flushing;
    }

    [Fact]
    public async Task Flush_WithNothingWritten_SendsNothing()
    {
        using var pair = await Pair.ConnectAsync();
        Assert.True(IsOver(pair.Output.FlushAsync()));
        pair.Output.Write(Opcode.Text, [1]);
        Assert.True(IsOver(pair.Output.FlushAsync()));
        Assert.True(IsOver(pair.Output.FlushAsync()));

        Assert.Equal([0x81, 1, 1], await pair.ReadAsync(3, 100));
        Assert.Equal(0, pair.Client.Available);
    }

    [Fact]
    public async Task Flush_ToSomebodyWhoIsGone_Fails_AndSoDoesOneThatWaits()
    {
        using var pair = await Pair.ConnectAsync();
        pair.Output.Write(Opcode.Text, new byte[16 * 1024 * 1024]);
        var flushing = pair.Output.FlushAsync().AsTask();

        pair.Client.Close(timeout: 0);

        await Assert.ThrowsAsync<IOException>(() => flushing);
        pair.Output.Write(Opcode.Text, [1]);
        await Assert.ThrowsAsync<IOException>(() => pair.Output.FlushAsync().AsTask());
    }

    private static bool IsOver(ValueTask flushing) => flushing.IsCompletedSuccessfully;

    private static async Task SendAsync(FrameOutput output, List<List<(Opcode, byte[])>> flushes)
    {
        foreach (var frames in flushes)
        {
            frames.ForEach(frame => output.Write(frame.Item1, frame.Item2));
            await output.FlushAsync();
        }
    }

    private static int SizeOf(Random random) =>
        random.Next(20) switch
        {
            0 => random.Next(200_000),
            < 4 => random.Next(70_000),
            _ => random.Next(300),
        };

    private static byte[] ServerFrame(Opcode opcode, byte[] payload) =>
        payload.Length switch
        {
            < 126 => [(byte)(0x80 | (byte)opcode), (byte)payload.Length, .. payload],
            < 65_536 =>
            [
                (byte)(0x80 | (byte)opcode),
                126,
                (byte)(payload.Length >> 8),
                (byte)payload.Length,
                .. payload,
            ],
            _ =>
            [
                (byte)(0x80 | (byte)opcode),
                127,
                0,
                0,
                0,
                0,
                (byte)(payload.Length >> 24),
                (byte)(payload.Length >> 16),
                (byte)(payload.Length >> 8),
                (byte)payload.Length,
                .. payload,
            ],
        };

    /// <summary>Two ends of a connection; one is the output's.</summary>
    private sealed class Pair(Socket server, Socket client) : IDisposable
    {
        public Socket Client => client;

        public SocketOutput Output { get; } = new(server, CancellationToken.None);

        public static async Task<Pair> ConnectAsync()
        {
            using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var connecting = client.ConnectAsync(listener.LocalEndPoint!, Token);
            var pair = new Pair(await listener.AcceptAsync(Token), client);
            await connecting;
            await pair.Output.SendAsync([7]);
            Assert.Equal([7], await pair.ReadAsync(1, 1));
            return pair;
        }

        public async Task<byte[]> ReadAsync(int count, int atOnce)
        {
            var bytes = new byte[count];
            for (var read = 0; read < count; )
            {
                var more = await client.ReceiveAsync(bytes.AsMemory(read, Math.Min(atOnce, count - read)), Token);
                Assert.NotEqual(0, more);
                read += more;
            }

            return bytes;
        }

        public void Dispose()
        {
            server.Dispose();
            client.Dispose();
        }
    }
}
