using System.Diagnostics.CodeAnalysis;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Moves messages from the append log to the tables behind everybody's back: sorted many at a time, in small
/// transactions, and never further behind than the options allow. What was moved and checkpointed is trimmed from the
/// log.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync ends it; the semaphores hold no handles.")]
internal sealed partial class LogApplier(
    SqliteApply apply,
    AppendLog log,
    MessageTail tail,
    WriteGate gate,
    DeliveryOptions options,
    long epoch,
    ILogger logger
)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<HeldFrame> _waiting = new();
    private readonly LogChunk _chunk = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private TaskCompletionSource _moved = NewSource();
    private int _rows;
    private int _rowsSinceCheckpoint;
    private long _checkpointedAt = Environment.TickCount64;
    private LogPosition _applied;
    private Exception? _failure;
    private bool _isStopping;
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>
    /// Waits until the tables are not too far behind.
    /// </summary>
    /// <exception cref="IOException">They are, and cannot follow now.</exception>
    public async ValueTask WaitForRoomAsync()
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_failure is LogConflictException or FencedException)
                {
                    throw new IOException("The tables take no more messages.", _failure);
                }

                if (_rows < options.MaxUnapplied && tail.Bytes < options.MaxUnappliedBytes)
                {
                    return;
                }

                if (_failure is not null)
                {
                    throw new IOException("The tables are too far behind the log.", _failure);
                }

                moved = _moved.Task;
            }

            await moved;
        }
    }

    /// <summary>Takes over messages that are durable and in the tail.</summary>
    public void Add(HeldFrame frame)
    {
        lock (_lock)
        {
            _waiting.Enqueue(frame);
            _rows += frame.Count;
            if (!IsEnough && _waiting.Count > 1)
            {
                return;
            }
        }

        Wake();
    }

    /// <summary>Moves everything, checkpoints, trims, and ends. When the tables do not take it, the log keeps it.</summary>
    public async Task StopAsync()
    {
        lock (_lock)
        {
            _isStopping = true;
        }

        Wake();
        await _running;
    }

    /// <summary>Whether so much waits that waiting for more would be of no use.</summary>
    private bool IsEnough => _rows >= options.ApplySort || tail.Bytes >= options.MaxUnappliedBytes / 2;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake()
    {
        lock (_lock)
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                var isLast = await WaitAsync();
                while (TakeChunk())
                {
                    await ApplyAsync();
                }

                if (isLast || IsCheckpointDue())
                {
                    Checkpoint();
                    tail.Trim();
                }

                if (isLast)
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                if (_failure is null)
                {
                    LogApplyFailed(logger, exception, tail.Count);
                }

                bool isOver;
                lock (_lock)
                {
                    _failure = exception;
                    _moved.TrySetResult(); // those who wait for room hear of it
                    _moved = NewSource();
                    isOver = _isStopping || exception is LogConflictException or FencedException;
                }

                if (isOver)
                {
                    return;
                }

                await Task.Delay(RetryDelay);
                Wake();
            }
        }
    }

    /// <summary>Waits until there is a chunk's worth, or something has waited long enough, or a checkpoint is due.</summary>
    /// <returns>Whether what is there now is all there will be.</returns>
    private async Task<bool> WaitAsync()
    {
        await _wake.WaitAsync(CheckpointInterval);
        lock (_lock)
        {
            if (_isStopping)
            {
                return true;
            }

            if (_rows == 0 || IsEnough)
            {
                return false;
            }
        }

        await _wake.WaitAsync(options.ApplyDelay);
        lock (_lock)
        {
            return _isStopping;
        }
    }

    /// <summary>Goes on with the chunk that was taken last, or takes the next.</summary>
    /// <returns>False when there is nothing to be done.</returns>
    private bool TakeChunk()
    {
        if (_chunk.Count > 0)
        {
            return true;
        }

        lock (_lock)
        {
            foreach (var frame in _waiting)
            {
                if (_chunk.Count > 0 && _chunk.Count + frame.Count > options.ApplySort)
                {
                    break;
                }

                _chunk.Add(frame.Rows, frame.Count, frame.End);
            }
        }

        _chunk.Sort();
        return _chunk.Count > 0;
    }

    /// <summary>Moves some of the chunk. After a failure the rest of it can be tried again.</summary>
    private async Task ApplyAsync()
    {
        using (await gate.EnterAsync(CancellationToken.None))
        {
            apply.ApplyNext(_chunk, options.ApplyChunk, epoch);
        }

        var moved = _chunk.Next(options.ApplyChunk);
        tail.Remove(moved);
        _chunk.Advance(moved.Length);
        _rowsSinceCheckpoint += moved.Length;
        Moved(moved.Length);
        if (_rowsSinceCheckpoint >= options.CheckpointRows)
        {
            Checkpoint();
        }
    }

    private void Moved(int count)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            _rows -= count;
            _failure = null;
            if (_chunk.Left == 0)
            {
                ReleaseChunk();
            }

            (moved, _moved) = (_moved, NewSource());
        }

        moved.TrySetResult();
    }

    private void ReleaseChunk()
    {
        while (_waiting.TryPeek(out var frame) && frame.End.CompareTo(_chunk.End) <= 0)
        {
            tail.Release(_waiting.Dequeue());
        }

        _applied = _chunk.End;
        _chunk.Clear();
    }

    private bool IsCheckpointDue() =>
        Environment.TickCount64 - _checkpointedAt >= (long)CheckpointInterval.TotalMilliseconds;

    /// <summary>Outside the gate: writers go on meanwhile.</summary>
    private void Checkpoint()
    {
        var applied = _applied;
        _rowsSinceCheckpoint = 0;
        _checkpointedAt = Environment.TickCount64;
        if (apply.Checkpoint() && applied != default)
        {
            log.Trim(applied);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "Messages of the append log could not be put into the tables; {Count} wait, and none is lost"
    )]
    private static partial void LogApplyFailed(ILogger logger, Exception exception, int count);
}
