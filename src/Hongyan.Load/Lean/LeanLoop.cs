using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Hongyan.Load.Lean;

/// <summary>
/// Many WebSocket connections on one thread. It reads what has come on all of them, lets the work answer, and then
/// writes once to each that has something to say. Text frames only, whole ones, as the server writes them.
/// </summary>
internal sealed unsafe class LeanLoop : IDisposable
{
    private const int ReceiveBytes = 1024 * 1024;
    private const int EventCapacity = 1024;
    private const int TimerData = -1;
    private const int SourceAddresses = 16;

    private readonly int _epoll = Native.NewEpoll();
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(ReceiveBytes);
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(EventCapacity * Native.EventSize));
    private readonly List<LeanConnection> _connections = [];
    private readonly List<LeanConnection> _dirty = [];
    private int _timer = -1;

    public IReadOnlyList<LeanConnection> Connections => _connections;

    /// <summary>How often something was read: at most once for each time that a server wrote.</summary>
    public long Reads { get; private set; }

    /// <summary>Connects, and asks for the upgrade; what comes of it is heard in the work.</summary>
    public LeanConnection Connect(IPEndPoint server, string token)
    {
        var connection = Open(server, token, ConnectionState.Upgrading);
        Upgrade.Ask(connection, server);
        Touch(connection);
        return connection;
    }

    /// <summary>Connects to a server that speaks in frames at once.</summary>
    public LeanConnection ConnectBare(IPEndPoint server) => Open(server, "", ConnectionState.Ready);

    /// <summary>Has a connection flushed at the end of this turn.</summary>
    public void Touch(LeanConnection connection)
    {
        if (!connection.IsDirty)
        {
            connection.IsDirty = true;
            _dirty.Add(connection);
        }
    }

    /// <summary>Makes the loop turn at an interval, whether anything comes or not.</summary>
    public void SetTimer(TimeSpan interval)
    {
        _timer = Native.NewTimer(interval);
        Native.Watch(_epoll, _timer, TimerData, isWriting: false, isNew: true);
    }

    public void ClearTimer()
    {
        if (_timer >= 0)
        {
            Native.Close(_timer);
            _timer = -1;
        }
    }

    /// <summary>Turns until the work is done.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before that.</exception>
    public void Run(LoopWork work, CancellationToken cancellationToken)
    {
        work.Start(this);
        work.Turn(this);
        Flush(work);
        while (!work.IsDone)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Native.Wait(_epoll, _events, EventCapacity, work.TimeoutMs);
            for (var i = 0; i < count; i++)
            {
                var (events, data) = Native.Event(_events, i);
                if (data == TimerData)
                {
                    Native.ReadTimer(_timer);
                    continue;
                }

                var connection = _connections[data];
                if ((events & Native.Writable) != 0 && connection.IsBlocked)
                {
                    connection.IsBlocked = false;
                    Native.Watch(_epoll, connection.Fd, connection.Index, isWriting: false, isNew: false);
                    Touch(connection);
                }

                if ((events & (Native.Readable | Native.Failed)) != 0 && connection.State != ConnectionState.Closed)
                {
                    Read(work, connection);
                }
            }

            work.Turn(this);
            Flush(work);
        }

        work.Ended(this);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            Close(connection);
        }

        ClearTimer();
        Native.Close(_epoll);
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_events);
    }

    private LeanConnection Open(IPEndPoint server, string token, ConnectionState state)
    {
        var index = _connections.Count;
        var fd = Native.Connect(server, (byte)(2 + (index % SourceAddresses)));
        var connection = new LeanConnection(fd, index) { Token = token, State = state };
        _connections.Add(connection);
        Native.Watch(_epoll, fd, index, isWriting: false, isNew: true);
        return connection;
    }

    private void Read(LoopWork work, LeanConnection connection)
    {
        var kept = connection.RestLength;
        connection.Rest.AsSpan(0, kept).CopyTo(new Span<byte>(_buffer, ReceiveBytes));
        var received = Native.Receive(connection.Fd, _buffer + kept, ReceiveBytes - kept);
        if (received <= 0)
        {
            if (received == 0)
            {
                End(work, connection);
            }

            return;
        }

        Reads++;
        var now = Stopwatch.GetTimestamp();
        var bytes = new ReadOnlySpan<byte>(_buffer, kept + received);
        if (connection.State == ConnectionState.Upgrading && !Upgrade.TryFinish(connection, ref bytes))
        {
            connection.KeepRest(bytes);
            return;
        }

        while (ServerFrames.TryRead(ref bytes, out var opcode, out var payload))
        {
            switch (opcode)
            {
                case ServerFrames.Text:
                    work.Received(this, connection, payload, now);
                    break;
                case ServerFrames.Ping:
                    ClientFrames.Append(connection, ClientFrames.Pong, payload);
                    Touch(connection);
                    break;
                case ServerFrames.Close:
                    connection.CloseCode = payload.Length >= 2 ? (payload[0] << 8) | payload[1] : 1005;
                    End(work, connection);
                    return;
                default:
                    throw new IOException(
                        $"The server sent a frame with opcode {opcode}, which this client cannot read."
                    );
            }
        }

        if (bytes.Length == ReceiveBytes)
        {
            throw new IOException($"The server sent a frame of more than {ReceiveBytes} bytes.");
        }

        connection.KeepRest(bytes);
        if (connection.Outgoing.Length > 0)
        {
            Touch(connection);
        }
    }

    private void Flush(LoopWork work)
    {
        foreach (var connection in _dirty)
        {
            connection.IsDirty = false;
            var bytes = connection.Outgoing;
            if (bytes.IsEmpty || connection.IsBlocked || connection.State == ConnectionState.Closed)
            {
                continue;
            }

            int sent;
            fixed (byte* start = bytes)
            {
                sent = Native.Send(connection.Fd, start, bytes.Length);
            }

            if (sent < 0)
            {
                End(work, connection);
                continue;
            }

            var isWhole = sent == bytes.Length;
            connection.Sent(sent);
            if (!isWhole)
            {
                connection.IsBlocked = true;
                Native.Watch(_epoll, connection.Fd, connection.Index, isWriting: true, isNew: false);
            }
        }

        _dirty.Clear();
    }

    private void End(LoopWork work, LeanConnection connection)
    {
        work.Closed(this, connection);
        Close(connection);
    }

    private static void Close(LeanConnection connection)
    {
        if (connection.State != ConnectionState.Closed)
        {
            connection.State = ConnectionState.Closed;
            Native.Close(connection.Fd);
        }
    }
}
