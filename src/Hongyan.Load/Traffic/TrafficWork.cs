using System.Diagnostics;
using System.Text;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;

namespace Hongyan.Load.Traffic;

/// <summary>
/// Sends and receives on one loop. What is sent next, and when, is for those that derive from it; this counts, times
/// acknowledgements, and checks that each device hears of each change once and in order.
/// </summary>
internal abstract class TrafficWork(int run, int loopNumber, int windows) : LoopWork
{
    private const int NoWindow = -1;

    private static readonly byte[] Ping = """{"t":"ping","id":1}"""u8.ToArray();

    private readonly Latencies[] _latencies = [.. Enumerable.Range(0, windows).Select(_ => new Latencies())];
    private int _window = NoWindow;
    private long _acked;
    private long _delivered;
    private bool _isStopping;
    private bool _isEnded;

    public SendLog Sent { get; } = new();

    /// <summary>Messages acknowledged so far; any thread may ask.</summary>
    public long Acked => Volatile.Read(ref _acked);

    /// <summary>Messages pushed to any of the loop's devices so far; any thread may ask.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Whether nothing is on its way any more.</summary>
    public bool IsQuiet => Volatile.Read(ref _isStopping) && Acked == Sent.Count;

    /// <summary>How many frames had to be given to the real parser.</summary>
    public long Parsed { get; private set; }

    /// <summary>How often the server dropped a device's queue.</summary>
    public int Resyncs { get; private set; }

    /// <summary>Acknowledgements that came twice, or of another conversation than the message was sent to.</summary>
    public int WrongAcks { get; private set; }

    public override bool IsDone => Volatile.Read(ref _isEnded);

    protected bool IsStopping => Volatile.Read(ref _isStopping);

    protected int LoopNumber => loopNumber;

    /// <summary>From now on times count for this window; for none when it is not one.</summary>
    public void Enter(int window) => Volatile.Write(ref _window, window);

    /// <summary>The times of a window. Call it when the loop has ended.</summary>
    public Latencies LatenciesOf(int window) => _latencies[window];

    /// <summary>Sends nothing new from now on.</summary>
    public void Stop() => Volatile.Write(ref _isStopping, true);

    /// <summary>Lets the loop end.</summary>
    public void End() => Volatile.Write(ref _isEnded, true);

    /// <summary>Devices that only receive say that they are there; the server closes those it does not hear of.</summary>
    public override void Start(LeanLoop loop)
    {
        foreach (var connection in loop.Connections)
        {
            if (connection is { Template: null, Token.Length: > 0 })
            {
                ClientFrames.Append(connection, ClientFrames.Text, Ping);
                loop.Touch(connection);
            }
        }
    }

    public override void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now)
    {
        var scanner = new FrameScanner(payload);
        var delivered = 0;
        for (var kind = scanner.Next(); kind != ScannedKind.None; kind = scanner.Next())
        {
            switch (kind)
            {
                case ScannedKind.Message:
                    delivered += Pushed(connection, scanner.Message);
                    break;
                case ScannedKind.Ack:
                    Acknowledged(loop, connection, scanner.Message, now);
                    break;
                default:
                    Other(connection, scanner.Raw);
                    break;
            }
        }

        Parsed += scanner.Parsed;
        Volatile.Write(ref _delivered, _delivered + delivered);
    }

    /// <summary>A message of this connection's was acknowledged.</summary>
    protected virtual void Acknowledged(LeanLoop loop, LeanConnection connection) { }

    /// <summary>Sends the connection's next message.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="connection">From where.</param>
    /// <param name="dueAt">From when its time counts.</param>
    protected void Send(LeanLoop loop, LeanConnection connection, long dueAt)
    {
        var counter = Sent.Add(connection.Index, dueAt);
        connection.Template!.AppendTo(connection, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), counter);
        loop.Touch(connection);
    }

    private static int Pushed(LeanConnection connection, in ScannedMessage message)
    {
        if (connection.Order is not { } order || message.Conversation != connection.Conversation)
        {
            return 0;
        }

        order.See(message.Pts);
        return 1;
    }

    private void Acknowledged(LeanLoop loop, LeanConnection connection, in ScannedMessage ack, long now)
    {
        if (
            !LoadId.TryRead(ack.ClientId, out var id)
            || id.Run != run
            || id.Loop != loopNumber
            || id.Counter >= Sent.Count
        )
        {
            WrongAcks++;
            return;
        }

        ref var sent = ref Sent[id.Counter];
        if (sent.Seq != 0 || sent.Connection != connection.Index || ack.Conversation != connection.Conversation)
        {
            WrongAcks++;
            return;
        }

        (sent.Seq, sent.Pts) = (ack.Seq, ack.Pts);
        connection.Order?.See(ack.Pts);
        var window = Volatile.Read(ref _window);
        if ((uint)window < (uint)_latencies.Length)
        {
            _latencies[window].Add(now - sent.DueAt);
        }

        Volatile.Write(ref _acked, _acked + 1);
        Acknowledged(loop, connection);
    }

    private void Other(LeanConnection connection, ReadOnlySpan<byte> frame)
    {
        if (frame.StartsWith("{\"t\":\"error\""u8))
        {
            throw new IOException($"The server refused: {Encoding.UTF8.GetString(frame)}");
        }

        if (frame.StartsWith("{\"t\":\"resync\""u8))
        {
            Resyncs++;
            connection.Order?.Resync();
        }
    }

    /// <summary>The time now, as <see cref="Stopwatch"/> counts.</summary>
    protected static long Now => Stopwatch.GetTimestamp();
}
