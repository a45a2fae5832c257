using System.Diagnostics;
using System.Threading.Channels;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Feeds the log: each commit takes whatever waits, is on disk before anybody is told, and is handed on in order.
/// There is one of these for each writer of the log; a slot always belongs to the same one.
/// </summary>
internal sealed partial class GroupCommit(
    IMessageLog log,
    SlotTable slots,
    DeliveryOptions options,
    DeliveryMetrics metrics,
    FanOut fanOut,
    Action<Exception> onFenced,
    ILogger logger,
    bool resetsSlots = true
)
{
    /// <summary>Fewer than this many waiting are few: a commit may wait a moment for more.</summary>
    private const int Few = 64;

    // Bounded by the permits the sequencer hands out before it numbers a write.
    private readonly Channel<Operation> _waiting = Channel.CreateUnbounded<Operation>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    private readonly Channel<List<Operation>> _committed = Channel.CreateBounded<List<Operation>>(
        new BoundedChannelOptions(4) { SingleReader = true, SingleWriter = true }
    );

    private int _depth;
    private long _endedAt;

    /// <summary>Adds a write. Called under the lock of its slot, so that the order here is the order of the numbers.</summary>
    /// <returns>False when the server is stopping.</returns>
    public bool TryAdd(Operation operation)
    {
        Interlocked.Increment(ref _depth);
        if (_waiting.Writer.TryWrite(operation))
        {
            return true;
        }

        Interlocked.Decrement(ref _depth);
        return false;
    }

    /// <summary>Lets nothing more in; <see cref="RunAsync"/> ends when what waits is written and told.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    public Task RunAsync() => Task.WhenAll(Task.Run(WriteAsync), Task.Run(TellAsync));

    private async Task WriteAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync())
            {
                await LingerAsync();
                var batch = TakeBatch();
                if (batch.Count > 0 && await TryCommitAsync(batch))
                {
                    await _committed.Writer.WriteAsync(batch);
                }

                _endedAt = Environment.TickCount64;
            }
        }
        finally
        {
            _committed.Writer.Complete();
        }
    }

    /// <summary>
    /// While writes keep coming but few at a time, waits a moment for more: a commit costs nearly the same for one as for
    /// fifty. A write after a pause never waits.
    /// </summary>
    private async ValueTask LingerAsync()
    {
        if (
            options.Linger > TimeSpan.Zero
            && Volatile.Read(ref _depth) < Few
            && Environment.TickCount64 - _endedAt <= (long)(options.Linger * 4).TotalMilliseconds
        )
        {
            await Task.Delay(options.Linger);
        }
    }

    private async Task TellAsync()
    {
        await foreach (var batch in _committed.Reader.ReadAllAsync())
        {
            fanOut.Committed(batch);
        }
    }

    private List<Operation> TakeBatch()
    {
        var batch = new List<Operation>();
        while (
            batch.Count < options.MaxBatch
            && _waiting.Reader.TryPeek(out var next)
            && (batch.Count == 0 || !log.HasAppendLog || next.IsSend == batch[0].IsSend)
            && _waiting.Reader.TryRead(out var operation)
        )
        {
            Interlocked.Decrement(ref _depth);
            if (operation.Generation == slots[operation.Slot].Generation)
            {
                batch.Add(operation);
            }
            else
            {
                // Numbered from a state that never came to be.
                fanOut.Failed(operation, ErrorCode.StoreUnavailable);
            }
        }

        return batch;
    }

    private async Task<bool> TryCommitAsync(List<Operation> batch)
    {
        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            await log.CommitAsync(new CommitBatch(batch, slots.Epochs), CancellationToken.None);
            metrics.Commits.Add(1);
            metrics.BatchSize.Record(batch.Count);
            metrics.CommitSeconds.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
            return true;
        }
        catch (LogConflictException exception)
        {
            LogConflict(logger, exception, batch.Count);
            await ResolveConflictAsync(batch);
        }
        catch (Exception exception)
        {
            LogCommitFailed(logger, exception, batch.Count);
            if (exception is FencedException)
            {
                // Step down first: nobody who is told below may be taken again.
                onFenced(exception);
            }

            Abandon(batch);
        }

        metrics.CommitFailures.Add(1);
        return false;
    }

    /// <summary>Sends that turn out to be in the log already are answered with what the log holds; the others may be retried.</summary>
    private async Task ResolveConflictAsync(List<Operation> batch)
    {
        var found = new Dictionary<Operation, StoredSend>();
        try
        {
            foreach (var send in batch.OfType<SendOperation>())
            {
                var message = send.Message!;
                if (await log.FindSendAsync(message.Sender, message.ClientId, CancellationToken.None) is { } stored)
                {
                    found.Add(send, stored);
                }
            }
        }
        catch (Exception exception)
        {
            LogCommitFailed(logger, exception, batch.Count);
        }

        Abandon(batch, found);
    }

    private void Abandon(List<Operation> batch, Dictionary<Operation, StoredSend>? found = null)
    {
        if (resetsSlots)
        {
            foreach (var slot in batch.Select(operation => operation.Slot).Distinct())
            {
                slots.Reset(slot);
            }
        }

        foreach (var operation in batch)
        {
            if (operation is SendOperation send && found is not null && found.TryGetValue(operation, out var stored))
            {
                fanOut.FoundInLog(send, stored);
            }
            else
            {
                fanOut.Failed(operation, ErrorCode.StoreUnavailable);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A commit of {Count} writes met numbers or client ids that are in use; reloading")]
    private static partial void LogConflict(ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Error, "A commit of {Count} writes failed; nothing of it was acknowledged")]
    private static partial void LogCommitFailed(ILogger logger, Exception exception, int count);
}
