using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// A connected session's way out. Frames go straight into the socket's buffer and leave with one flush a batch; while
/// the other side does not take what it was sent, they wait in a bounded queue. Nothing here ever waits for the other
/// side.
/// </summary>
internal sealed class SocketSession(
    IFrameSocket socket,
    UserId user,
    SessionId session,
    DeliveryOptions options,
    DeliveryMetrics metrics
) : ISendObserver
{
    /// <summary>So much is written before it is flushed, whatever else there is in the batch.</summary>
    private const int MaxUnflushedBytes = 64 * 1024;

    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static List<SocketSession>? t_unflushed;

    private readonly Lock _gate = new();
    private State _state = State.Held;
    private Queue<byte[]>? _waiting;
    private int _waitingBytes;
    private int _unflushedBytes;
    private bool _isFlushDue;
    private byte[]? _pong;
    private long _pushed;
    private long _sendBucket;
    private long _requestBucket;
    private int _inFlight;
    private TaskCompletionSource? _freed;
    private TaskCompletionSource? _ended;
    private int? _closeCode;
    private bool _isClosing;

    private enum State : byte
    {
        /// <summary>Until <see cref="Start"/>: frames wait behind the welcome.</summary>
        Held,

        /// <summary>Frames are written at once.</summary>
        Ready,

        /// <summary>The other side does not take what it was sent: frames wait.</summary>
        Stalled,

        /// <summary>Nothing is written any more.</summary>
        Ended,
    }

    public UserId User => user;
    public SessionId Session => session;

    /// <summary>When the client was last heard, in ticks of the process.</summary>
    public long LastHeard { get; set; } = Environment.TickCount64;

    /// <summary>When this session last said it was typing, in ticks of the process.</summary>
    public long LastTyping { get; set; }

    /// <summary>This session's bucket of <see cref="SendLimits"/>; only who reads its frames uses it.</summary>
    public ref long SendBucket => ref _sendBucket;

    /// <summary>The bucket of what else this session asks for.</summary>
    public ref long RequestBucket => ref _requestBucket;

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationToken Gone => socket.Gone;

    /// <summary>Whether this side has decided to close; nothing the client says is carried out from then on.</summary>
    public bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>Ends when nothing more will be written.</summary>
    public Task WriterEnded
    {
        get
        {
            lock (_gate)
            {
                _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _ended.Task;
            }
        }
    }

    /// <summary>
    /// On this thread, until disposed, sessions that get frames are collected instead of flushed at once. Who collects
    /// must <see cref="Flush"/> each.
    /// </summary>
    public static Collecting CollectFlushes(List<SocketSession> into)
    {
        t_unflushed = into;
        return default;
    }

    /// <summary>Begins to write: the welcome first, then what was queued since the session was added.</summary>
    public void Start(byte[] welcome)
    {
        lock (_gate)
        {
            if (_state != State.Held)
            {
                return;
            }

            _state = State.Ready;
            socket.Write(welcome);
            _unflushedBytes += welcome.Length;
            Advance();
        }
    }

    /// <summary>Writes a change; see <see cref="Pong.Pushed"/>.</summary>
    public void Push(byte[] frame) => Send(frame, isCounted: true);

    /// <summary>Writes a frame that the client does not count.</summary>
    public void Offer(byte[] frame) => Send(frame, isCounted: false);

    /// <summary>Answers a ping of the protocol with the count of what was sent before the answer.</summary>
    public void Pong(int id, long pts, long now)
    {
        bool isFlushDue;
        lock (_gate)
        {
            isFlushDue = Add(Frames.Serialize(new Pong(id, _pushed, pts, now)));
        }

        FlushIf(isFlushDue);
    }

    /// <summary>Answers a ping of the transport. While the other side does not read, only the last one is kept.</summary>
    public void AnswerPing(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_state == State.Ready && _closeCode is null)
            {
                socket.WritePong(payload);
                _unflushedBytes += payload.Length + 1;
                Advance();
            }
            else
            {
                _pong = payload.ToArray();
            }
        }
    }

    /// <summary>Drops what is queued and tells the client to fetch the difference.</summary>
    public void Resync()
    {
        bool isFlushDue;
        lock (_gate)
        {
            isFlushDue = DropAndResync();
        }

        FlushIf(isFlushDue);
    }

    /// <summary>Waits until this session may have one more send under way.</summary>
    public ValueTask ReserveSendAsync()
    {
        lock (_gate)
        {
            if (_inFlight < options.MaxInFlightPerSession)
            {
                _inFlight++;
                return ValueTask.CompletedTask;
            }

            // There is one at most: the session is not read while it waits.
            _freed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_freed.Task.WaitAsync(Gone));
        }
    }

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

        TaskCompletionSource? freed;
        lock (_gate)
        {
            freed = _freed;
            _freed = null;
            _inFlight -= freed is null ? 1 : 0;
        }

        freed?.TrySetResult();
    }

    /// <summary>Closes the socket: what is queued is dropped, except when the server goes and the client may have it.</summary>
    public void Close(int code)
    {
        TimeSpan grace;
        lock (_gate)
        {
            if (_closeCode is not null)
            {
                return;
            }

            _closeCode = code;
            Volatile.Write(ref _isClosing, true);
            var mayDrain = code == CloseCode.ServiceRestart && _state != State.Held;
            grace = mayDrain ? options.DrainTimeout : CloseGrace;
            if (!mayDrain)
            {
                DropWaiting();
            }

            if (_state is State.Held or State.Ready)
            {
                Advance();
            }
        }

        _ = GiveUpAsync(grace);
    }

    /// <summary>A client that neither reads nor answers cannot hold the connection open.</summary>
    private async Task GiveUpAsync(TimeSpan grace)
    {
        await Task.Delay(grace);
        Abort();
    }

    /// <summary>Gives the connection up.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            _closeCode ??= CloseCode.Internal;
            Volatile.Write(ref _isClosing, true);
            DropWaiting();
            EndWriting();
        }

        socket.Abort();
    }

    /// <summary>Waits until a close that is under way is said; gives the connection up when there is none.</summary>
    public async Task EndAsync()
    {
        if (IsClosing)
        {
            await WriterEnded;
        }
        else
        {
            Abort();
        }
    }

    /// <summary>Answers with an error.</summary>
    public void Refuse(string code, int? id = null, Guid? clientId = null, int? retryAfterMs = null)
    {
        var error = ErrorDescription.Of(code);
        Offer(Frames.Serialize(new Error(code, error.Title, error.IsRetryable, id, clientId, retryAfterMs)));
    }

    /// <summary>Sends what was written since the last flush.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isFlushDue && _state == State.Ready)
            {
                Advance();
            }
        }
    }

    private void Send(byte[] frame, bool isCounted)
    {
        bool isFlushDue;
        lock (_gate)
        {
            if (isCounted)
            {
                _pushed++;
            }

            isFlushDue = Add(frame);
        }

        FlushIf(isFlushDue);
    }

    private void FlushIf(bool isDue)
    {
        if (!isDue)
        {
            return;
        }

        if (t_unflushed is { } collected)
        {
            collected.Add(this);
        }
        else
        {
            Flush();
        }
    }

    /// <returns>Whether the caller has to see to a flush.</returns>
    private bool Add(byte[] frame)
    {
        if (_closeCode is not null)
        {
            return false;
        }

        if (_state != State.Ready)
        {
            if (_waitingBytes + frame.Length > options.MaxOutboundBytes)
            {
                return DropAndResync();
            }

            (_waiting ??= []).Enqueue(frame);
            _waitingBytes += frame.Length;
            return false;
        }

        socket.Write(frame);
        _unflushedBytes += frame.Length;
        if (_unflushedBytes >= MaxUnflushedBytes)
        {
            Advance();
            return false;
        }

        var isFlushDue = !_isFlushDue;
        _isFlushDue = true;
        return isFlushDue;
    }

    private bool DropAndResync()
    {
        DropWaiting();
        _pushed = 0; // the client starts its count again at the resync
        metrics.Resyncs.Add(1);
        return Add(Frames.Serialize(new Resync()));
    }

    private void DropWaiting() => (_waiting, _waitingBytes, _pong) = (null, 0, null);

    /// <summary>Flushes, and goes on until there is nothing left to write or the other side takes no more.</summary>
    private void Advance()
    {
        try
        {
            var step = Next(out var pending);
            while (step == Step.Flush && pending.IsCompletedSuccessfully)
            {
                pending.GetAwaiter().GetResult();
                step = Next(out pending);
            }

            if (step != Step.None)
            {
                _state = State.Stalled;
                _ = FinishAsync(step, pending);
            }
        }
        catch (Exception)
        {
            // The other side is gone; the reader finds out the same way and cleans up.
            EndWriting();
            socket.Abort();
        }
    }

    private async Task FinishAsync(Step step, ValueTask pending)
    {
        try
        {
            await pending;
            lock (_gate)
            {
                if (step == Step.Close)
                {
                    EndWriting();
                }
                else if (_state == State.Stalled)
                {
                    _state = State.Ready;
                    Advance();
                }
            }
        }
        catch (Exception)
        {
            Abort(); // as above
        }
    }

    private Step Next(out ValueTask pending)
    {
        pending = default;
        if (_state == State.Ended)
        {
            return Step.None;
        }

        if (_waiting is not null || _pong is not null)
        {
            WriteWaiting();
        }

        _isFlushDue = false;
        if (_unflushedBytes > 0)
        {
            _unflushedBytes = 0;
            pending = socket.FlushAsync();
            return Step.Flush;
        }

        if (_closeCode is { } code)
        {
            pending = socket.CloseAsync(code);
            return Step.Close;
        }

        return Step.None;
    }

    private void WriteWaiting()
    {
        if (_pong is { } pong)
        {
            socket.WritePong(pong);
            _unflushedBytes += pong.Length + 1;
            _pong = null;
        }

        while (_unflushedBytes < MaxUnflushedBytes && _waiting is { Count: > 0 } waiting)
        {
            var frame = waiting.Dequeue();
            socket.Write(frame);
            _waitingBytes -= frame.Length;
            _unflushedBytes += frame.Length;
        }

        if (_waiting is { Count: 0 })
        {
            _waiting = null;
        }
    }

    private void EndWriting()
    {
        _state = State.Ended;
        _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ended.TrySetResult();
    }

    private enum Step : byte
    {
        None,
        Flush,
        Close,
    }

    /// <summary>Ends the collecting of flushes.</summary>
    internal readonly struct Collecting : IDisposable
    {
        public void Dispose() => t_unflushed = null;
    }
}
