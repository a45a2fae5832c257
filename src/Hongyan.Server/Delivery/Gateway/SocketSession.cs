using System.Buffers;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// A connected session's way out: a bounded queue of frames, and one writer that puts as many as there are into each
/// socket message. Nothing here ever waits for the other side, but the writer.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Sends that end after the session still release and read these; without wait handles they hold nothing."
)]
internal sealed class SocketSession : ISendObserver, IThreadPoolWorkItem
{
    private const int MaxMessageBytes = 64 * 1024;
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static HashSet<SocketSession>? t_wakeUps;

    private readonly Lock _gate = new();
    private readonly IFrameSocket _socket;
    private readonly DeliveryOptions _options;
    private readonly DeliveryMetrics _metrics;
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource _writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _inFlight;
    private List<byte[]> _queue = [];
    private List<byte[]> _spare = [];
    private int _queuedBytes;
    private long _pushed;
    private bool _isWriting = true; // until Start: frames wait behind the welcome
    private int? _closeCode;
    private bool _isClosing;

    public SocketSession(
        IFrameSocket socket,
        UserId user,
        SessionId session,
        DeliveryOptions options,
        DeliveryMetrics metrics
    )
    {
        (_socket, User, Session, _options, _metrics) = (socket, user, session, options, metrics);
        _inFlight = new SemaphoreSlim(options.MaxInFlightPerSession, options.MaxInFlightPerSession);
    }

    public UserId User { get; }
    public SessionId Session { get; }

    /// <summary>When the client was last heard, in ticks of the process.</summary>
    public long LastHeard { get; set; } = Environment.TickCount64;

    /// <summary>When this session last said it was typing, in ticks of the process.</summary>
    public long LastTyping { get; set; }

    /// <summary>Cancelled when the connection is given up.</summary>
    public CancellationToken Aborted => _aborted.Token;

    /// <summary>Whether this side has decided to close; nothing the client says is carried out from then on.</summary>
    public bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>Ends when nothing more will be written.</summary>
    public Task WriterEnded => _writerEnded.Task;

    /// <summary>On this thread, until disposed, sessions that get frames are collected instead of written at once.</summary>
    public static WakeUps CollectWakeUps(HashSet<SocketSession> into)
    {
        t_wakeUps = into;
        return default;
    }

    /// <summary>Begins to write: the welcome first, then what was queued since the session was added.</summary>
    public void Start(byte[] welcome)
    {
        lock (_gate)
        {
            _queue.Insert(0, welcome);
            _queuedBytes += welcome.Length;
        }

        WakeUp();
    }

    /// <summary>Queues a change; see <see cref="Pong.Pushed"/>.</summary>
    public void Push(byte[] frame) => Enqueue(frame, isCounted: true);

    /// <summary>Queues a frame that the client does not count.</summary>
    public void Offer(byte[] frame) => Enqueue(frame, isCounted: false);

    /// <summary>Answers a ping with the count of what was queued before the answer.</summary>
    public void Pong(int id, long pts, long now)
    {
        var wakeUp = false;
        lock (_gate)
        {
            wakeUp = Add(Frames.Serialize(new Pong(id, _pushed, pts, now)));
        }

        Wake(wakeUp);
    }

    /// <summary>Drops what is queued and tells the client to fetch the difference.</summary>
    public void Resync()
    {
        bool wakeUp;
        lock (_gate)
        {
            wakeUp = DropAndResync();
        }

        Wake(wakeUp);
    }

    /// <summary>Waits until this session may have one more send under way.</summary>
    public Task ReserveSendAsync() => _inFlight.WaitAsync(Aborted);

    public void Settled(Guid clientId, in SendOutcome outcome)
    {
        if (outcome.Sent is { } sent)
        {
            Push(Frames.Ack(sent));
        }
        else
        {
            Refuse(outcome.Error!, clientId: clientId);
        }

        _inFlight.Release();
    }

    /// <summary>Closes the socket: what is queued is dropped, except when the server goes and the client may have it.</summary>
    public void Close(int code)
    {
        bool wakeUp;
        lock (_gate)
        {
            if (_closeCode is not null)
            {
                return;
            }

            _closeCode = code;
            Volatile.Write(ref _isClosing, true);
            if (code != CloseCode.ServiceRestart)
            {
                _queue.Clear();
            }

            wakeUp = !_isWriting;
            _isWriting = true;
        }

        // A client that does not read cannot hold the connection open.
        _aborted.CancelAfter(code == CloseCode.ServiceRestart ? _options.DrainTimeout : CloseGrace);
        if (wakeUp)
        {
            WakeUp();
        }
    }

    /// <summary>Gives the connection up.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _closeCode ??= CloseCode.Internal;
            Volatile.Write(ref _isClosing, true);
            _queue.Clear();
        }

        _aborted.Cancel();
        _socket.Abort();
    }

    /// <summary>Lets a close that is under way be said, then gives the connection up.</summary>
    public async Task EndAsync()
    {
        if (IsClosing)
        {
            await WriterEnded.WaitAsync(Aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Abort();
    }

    /// <summary>Answers with an error.</summary>
    public void Refuse(string code, int? id = null, Guid? clientId = null)
    {
        var error = ErrorDescription.Of(code);
        Offer(Frames.Serialize(new Error(code, error.Title, error.IsRetryable, id, clientId)));
    }

    /// <summary>Lets the writer write, on a thread of the pool.</summary>
    public void WakeUp() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private void Enqueue(byte[] frame, bool isCounted)
    {
        bool wakeUp;
        lock (_gate)
        {
            if (isCounted)
            {
                _pushed++;
            }

            wakeUp = _queuedBytes + frame.Length > _options.MaxOutboundBytes ? DropAndResync() : Add(frame);
        }

        Wake(wakeUp);
    }

    private void Wake(bool isNeeded)
    {
        if (isNeeded)
        {
            if (t_wakeUps is { } collected)
            {
                collected.Add(this);
            }
            else
            {
                WakeUp();
            }
        }
    }

    private bool DropAndResync()
    {
        _queue.Clear();
        _queuedBytes = 0;
        _pushed = 0; // the client starts its count again at the resync
        _metrics.Resyncs.Add(1);
        return Add(Frames.Serialize(new Resync()));
    }

    private bool Add(byte[] frame)
    {
        if (_closeCode is not null)
        {
            return false;
        }

        _queue.Add(frame);
        _queuedBytes += frame.Length;
        var isNeeded = !_isWriting;
        _isWriting = true;
        return isNeeded;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (TakeQueued() is { } frames)
            {
                var written = await WriteFramesAsync(frames);
                lock (_gate)
                {
                    _queuedBytes = Math.Max(0, _queuedBytes - written);
                    frames.Clear();
                    _spare = frames;
                }
            }

            if (_closeCode is { } code)
            {
                await _socket.CloseAsync(code, "", Aborted);
                _writerEnded.TrySetResult();
            }
        }
        catch (Exception)
        {
            // The other side is gone; the reader finds out the same way and cleans up.
            Abort();
            _writerEnded.TrySetResult();
        }
    }

    private List<byte[]>? TakeQueued()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                _isWriting = _closeCode is not null;
                return null;
            }

            var taken = _queue;
            _queue = _spare;
            return taken;
        }
    }

    /// <summary>Writes frames as arrays of up to <see cref="MaxMessageBytes"/>; a single one goes as it is.</summary>
    private async ValueTask<int> WriteFramesAsync(List<byte[]> frames)
    {
        var total = 0;
        var next = 0;
        while (next < frames.Count)
        {
            var first = next;
            var size = 2;
            do
            {
                size += frames[next++].Length + 1;
            } while (next < frames.Count && size + frames[next].Length < MaxMessageBytes);

            if (next - first == 1)
            {
                await _socket.SendAsync(frames[first], Aborted);
            }
            else
            {
                var buffer = ArrayPool<byte>.Shared.Rent(size);
                try
                {
                    await _socket.SendAsync(buffer.AsMemory(0, Join(frames, first, next, buffer)), Aborted);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            for (var i = first; i < next; i++)
            {
                total += frames[i].Length;
            }
        }

        return total;
    }

    private static int Join(List<byte[]> frames, int first, int end, Span<byte> buffer)
    {
        var length = 0;
        buffer[length++] = (byte)'[';
        for (var i = first; i < end; i++)
        {
            if (i > first)
            {
                buffer[length++] = (byte)',';
            }

            frames[i].CopyTo(buffer[length..]);
            length += frames[i].Length;
        }

        buffer[length++] = (byte)']';
        return length;
    }

    /// <summary>Ends the collecting of wake-ups.</summary>
    internal readonly struct WakeUps : IDisposable
    {
        public void Dispose() => t_wakeUps = null;
    }
}
