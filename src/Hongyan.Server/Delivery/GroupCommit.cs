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
    StoreGuard guard,
    Action<Exception> onFenced,
    ILogger logger,
    bool voidsStates = true
)
{
    /// <summary>Fewer than this many waiting are few: a commit may wait a moment for more.</summary>
    private const int Few = 64;

    /// <summary>How many commits may be ahead of the telling.</summary>
    private const int CommittedAhead = 4;

    // Bounded by the permits the sequencer hands out before it numbers a write.
    private readonly Channel<Operation> _waiting = Channel.CreateUnbounded<Operation>(
        new UnboundedChannelOptions { SingleReader = true }
    );

    private readonly Channel<List<Operation>> _committed = Channel.CreateBounded<List<Operation>>(
        new BoundedChannelOptions(CommittedAhead) { SingleReader = true, SingleWriter = true }
    );

    private int _depth;
    private long _endedAt;
    private long _busySince;

    /// <summary>Whether the commit that is under way began before a time of <see cref="Environment.TickCount64"/>.</summary>
    public bool IsBusySince(long time) => Volatile.Read(ref _busySince) is > 0 and var began && began < time;

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
                await CommitAsync(batch);
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

    /// <summary>What was committed while others were told is told together: more goes to a socket at once.</summary>
    private async Task TellAsync()
    {
        var batches = new List<List<Operation>>();
        while (await _committed.Reader.WaitToReadAsync())
        {
            while (batches.Count < CommittedAhead && _committed.Reader.TryRead(out var batch))
            {
                batches.Add(batch);
            }

            fanOut.Committed(batches);
            batches.Clear();
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
            batch.Add(operation);
        }

        return batch;
    }

    private async Task CommitAsync(List<Operation> batch)
    {
        FailVoid(batch);
        if (batch.Count == 0)
        {
            return;
        }

        if (guard.Reason is not null)
        {
            Abandon(batch); // numbered just before the store was known to fail
            return;
        }

        var startedAt = Stopwatch.GetTimestamp();
        Volatile.Write(ref _busySince, Environment.TickCount64);
        try
        {
            await log.CommitAsync(new CommitBatch(batch, slots.Epochs), CancellationToken.None);
            Volatile.Write(ref _busySince, 0);
            metrics.Commits.Add(1);
            metrics.BatchSize.Record(batch.Count);
            metrics.CommitSeconds.Record(Stopwatch.GetElapsedTime(startedAt).TotalSeconds);
            await _committed.Writer.WriteAsync(batch);
            return;
        }
        catch (LogConflictException exception)
        {
            metrics.CommitFailures.Add(1);
            LogConflict(logger, exception, batch.Count);
        }
        catch (Exception exception)
        {
            metrics.CommitFailures.Add(1);
            LogCommitFailed(logger, exception, batch.Count);
            if (exception is FencedException)
            {
                // Step down first: nobody who is told below may be taken again.
                onFenced(exception);
            }
            else
            {
                await guard.FailedAsync(exception);
            }

            Abandon(batch);
            return;
        }
        finally
        {
            Volatile.Write(ref _busySince, 0);
        }

        if (batch.Count == 1)
        {
            await ResolveConflictAsync(batch[0]);
            return;
        }

        // Nothing was written because of one of them, or a few. Halves, in their order, find out which: the others are
        // none the worse for having shared a commit, and what is behind it in its conversation falls out on the way.
        var half = batch.Count / 2;
        await CommitAsync(batch[..half]);
        await CommitAsync(batch[half..]);
    }

    /// <summary>Takes out of a batch what was numbered from a state that never came to be.</summary>
    private void FailVoid(List<Operation> batch)
    {
        // A mark takes no number, and what it says was durable before.
        if (voidsStates && batch.Exists(operation => operation.State.IsVoid))
        {
            foreach (var operation in batch.Where(operation => operation.State.IsVoid))
            {
                fanOut.Failed(operation, ErrorCode.StoreUnavailable);
            }

            batch.RemoveAll(operation => operation.State.IsVoid);
        }
    }

    /// <summary>A send that turns out to be in the log already is answered with what the log holds; others may be retried.</summary>
    private async Task ResolveConflictAsync(Operation operation)
    {
        StoredSend? found = null;
        try
        {
            if (operation is SendOperation { Message: { } message })
            {
                found = await log.FindSendAsync(message.Sender, message.ClientId, CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            LogCommitFailed(logger, exception, 1);
        }

        if (found is { } stored)
        {
            slots.Void(operation);
            fanOut.FoundInLog((SendOperation)operation, stored);
            return;
        }

        Abandon([operation]);
    }

    private void Abandon(List<Operation> batch)
    {
        // All before anybody is told: whoever tries again at once is numbered from what the store holds.
        foreach (var operation in voidsStates ? batch : [])
        {
            slots.Void(operation);
        }

        foreach (var operation in batch)
        {
            fanOut.Failed(operation, ErrorCode.StoreUnavailable);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "A commit of {Count} writes met a number or client id that is in use; the others are written without it"
    )]
    private static partial void LogConflict(ILogger logger, Exception exception, int count);

    [LoggerMessage(LogLevel.Error, "A commit of {Count} writes failed; nothing of it was acknowledged")]
    private static partial void LogCommitFailed(ILogger logger, Exception exception, int count);
}
