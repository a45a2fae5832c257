using System.Diagnostics.CodeAnalysis;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Moves messages from the append log to the tables behind everybody's back: in chunks, each in one transaction, and
/// never further behind than the options allow. What was moved and checkpointed is trimmed from the log.
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
    private readonly Queue<(IReadOnlyList<LogWrite> Writes, LogPosition End)> _waiting = new();
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

                if (_rows < options.MaxUnapplied)
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
    public void Add(IReadOnlyList<LogWrite> writes, LogPosition end)
    {
        lock (_lock)
        {
            _waiting.Enqueue((writes, end));
            _rows += writes.Count;
            if (_rows < options.ApplyChunk && _waiting.Count > 1)
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
                while (TakeChunk(out var writes, out var end))
                {
                    await ApplyAsync(writes, end);
                }

                if (isLast || IsCheckpointDue())
                {
                    Checkpoint();
                }

                if (isLast)
                {
                    return;
                }
            }
            catch (Exception exception)
            {
                LogApplyFailed(logger, exception, tail.Count);
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

            if (_rows == 0 || _rows >= options.ApplyChunk)
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

    private bool TakeChunk(out List<LogWrite> writes, out LogPosition end)
    {
        writes = [];
        end = default;
        lock (_lock)
        {
            foreach (var frame in _waiting)
            {
                if (writes.Count > 0 && writes.Count + frame.Writes.Count > options.ApplyChunk)
                {
                    break;
                }

                writes.AddRange(frame.Writes);
                end = frame.End;
            }
        }

        return writes.Count > 0;
    }

    private async Task ApplyAsync(List<LogWrite> writes, LogPosition end)
    {
        using (await gate.EnterAsync(CancellationToken.None))
        {
            apply.Apply(writes, end, epoch);
        }

        tail.Remove(writes);
        TaskCompletionSource moved;
        lock (_lock)
        {
            while (_waiting.TryPeek(out var frame) && frame.End.CompareTo(end) <= 0)
            {
                _waiting.Dequeue();
            }

            _rows -= writes.Count;
            _rowsSinceCheckpoint += writes.Count;
            _applied = end;
            _failure = null;
            (moved, _moved) = (_moved, NewSource());
        }

        moved.TrySetResult();
        if (_rowsSinceCheckpoint >= options.CheckpointRows)
        {
            Checkpoint();
        }
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
