using System.Net.WebSockets;
using System.Text;

namespace Hongyan.Fuzz.Targets;

/// <summary>What .NET's own WebSocket makes of a client's bytes: an implementation to hold ours against.</summary>
internal static class ReferenceSocket
{
    /// <returns>Texts and pings up to the first thing it does not like, as the tests of our parser write them.</returns>
    public static List<string> Read(byte[] bytes)
    {
        var line = new Line(bytes);
        using var socket = WebSocket.CreateFromStream(
            line,
            new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero }
        );
        var buffer = new byte[bytes.Length + 1];
        var length = 0;
        try
        {
            while (true)
            {
                var received = Finished(socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None));
                if (received.MessageType != WebSocketMessageType.Text)
                {
                    return line.Results;
                }

                length += received.Count;
                if (received.EndOfMessage)
                {
                    line.Results.Add($"text {Encoding.UTF8.GetString(buffer.AsSpan(0, length))}");
                    length = 0;
                }
            }
        }
        catch (WebSocketException)
        {
            // A broken rule, or the end.
            return line.Results;
        }
    }

    private static T Finished<T>(ValueTask<T> task) =>
        task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("It waits for bytes.");

    /// <summary>A connection on which everything has come. Of what is written only pongs are of interest: each answers a ping.</summary>
    private sealed class Line(byte[] bytes) : MemoryStream(bytes, writable: true)
    {
        private const byte Pong = 0x8A;

        public List<string> Results { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var frame = buffer.Span;
            if (frame[0] == Pong)
            {
                Results.Add($"ping {Convert.ToHexString(frame.Slice(2, frame[1]))}");
            }

            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
