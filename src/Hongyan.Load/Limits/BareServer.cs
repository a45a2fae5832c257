using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hongyan.Load.Lean;

namespace Hongyan.Load.Limits;

/// <summary>What a <see cref="BareServer"/> does.</summary>
/// <param name="Connections">How many devices connect. The first is the one that sends.</param>
/// <param name="Threads">How many threads write to the others.</param>
/// <param name="FramesPerWrite">How many message frames each request sends to each of the others, in one write.</param>
/// <param name="RequestBytes">The length of a request.</param>
internal sealed record BareOptions(int Connections, int Threads, int FramesPerWrite, int RequestBytes);

/// <summary>
/// The least that a server can do: for each request that comes on the first connection it calls <c>send()</c> once for
/// each of the others, with message frames made ready once, and answers the request. No accounts, no queues, no store.
/// It runs in a process of its own, so that receiving costs the load generator the same as with the real server.
/// </summary>
internal sealed unsafe class BareServer(BareOptions options)
{
    /// <summary>The change counter before the first message: from here on its width does not change.</summary>
    public const long FirstPts = 1_000_000_000;

    /// <summary>The one conversation there is.</summary>
    public const long Conversation = 1_234_567_890_123_456_789;

    private readonly List<Socket> _sockets = [];
    private readonly List<int> _fds = [];
    private readonly List<int> _numbersAt = [];
    private byte[] _write = [];
    private long _pts = FirstPts;

    /// <summary>Serves until the one who sends goes away.</summary>
    public void Run(TextWriter output)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"port {((IPEndPoint)listener.LocalEndPoint!).Port}")
        );
        output.Flush();
        for (var i = 0; i < options.Connections; i++)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            _sockets.Add(socket);
            _fds.Add((int)socket.Handle);
        }

        MakeFrames();
        using var writers = new Slices(options.Threads, Write);
        var request = new byte[options.RequestBytes];
        while (TryReceive(_sockets[0], request))
        {
            SetCounts();
            writers.RunAll();
            _sockets[0].Send(Acknowledge(request));
        }
    }

    private static bool TryReceive(Socket socket, byte[] request)
    {
        for (var read = 0; read < request.Length; )
        {
            var received = socket.Receive(request.AsSpan(read));
            if (received == 0)
            {
                return false;
            }

            read += received;
        }

        return true;
    }

    /// <summary>Makes what everybody gets with each request: a message frame, or an array of them.</summary>
    private void MakeFrames()
    {
        var message =
            $$$"""{"t":"message","message":{"conversation":"{{{Conversation}}}","seq":{{{FirstPts}}},"pts":{{{FirstPts}}},"sender":"{{{Conversation}}}","clientId":"{{{Guid.CreateVersion7()}}}","body":{"kind":"text","text":"{{{SendTemplate.Text(0)}}}"},"sentAt":1700000000000}}""";
        var json =
            options.FramesPerWrite == 1
                ? message
                : $"[{string.Join(',', Enumerable.Repeat(message, options.FramesPerWrite))}]";
        _write = Frame(Encoding.UTF8.GetBytes(json));
        foreach (var name in new[] { "\"seq\":", "\"pts\":" })
        {
            var mark = Encoding.ASCII.GetBytes(name);
            for (var at = 0; _write.AsSpan(at).IndexOf(mark) is var step and >= 0; )
            {
                at += step + mark.Length;
                _numbersAt.Add(at);
            }
        }
    }

    /// <summary>Gives each message the next count.</summary>
    private void SetCounts()
    {
        var half = _numbersAt.Count / 2;
        for (var i = 0; i < half; i++)
        {
            _pts++;
            Utf8Formatter.TryFormat(_pts, _write.AsSpan(_numbersAt[i]), out _);
            Utf8Formatter.TryFormat(_pts, _write.AsSpan(_numbersAt[half + i]), out _);
        }
    }

    private void Write(int slice)
    {
        fixed (byte* start = _write)
        {
            for (var i = 1 + slice; i < _fds.Count; i += options.Threads)
            {
                for (var sent = 0; sent < _write.Length; )
                {
                    var taken = Native.Send(_fds[i], start + sent, _write.Length - sent);
                    if (taken < 0)
                    {
                        return;
                    }

                    sent += taken;
                }
            }
        }
    }

    private byte[] Acknowledge(ReadOnlySpan<byte> request)
    {
        var id = Encoding.ASCII.GetString(ClientId(request));
        return Frame(
            Encoding.ASCII.GetBytes(
                $$"""{"t":"ack","conversation":"{{Conversation}}","clientId":"{{id}}","seq":{{_pts}},"pts":{{_pts}},"sentAt":1}"""
            )
        );
    }

    private static ReadOnlySpan<byte> ClientId(ReadOnlySpan<byte> request)
    {
        var mark = "\"clientId\":\""u8;
        return request.Slice(request.IndexOf(mark) + mark.Length, LoadId.TextLength);
    }

    /// <summary>A server's frame: not masked.</summary>
    private static byte[] Frame(ReadOnlySpan<byte> json)
    {
        const int Longest = 10;
        Span<byte> header = stackalloc byte[Longest];
        var length = ServerFrames.WriteHeader(header, json.Length);
        return [.. header[..length], .. json];
    }
}
