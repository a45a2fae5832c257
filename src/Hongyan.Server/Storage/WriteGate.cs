namespace Hongyan.Server.Storage;

/// <summary>
/// Lets one writer at a time into SQLite, first come, first served. Without it a busy message path would starve the
/// rest, because SQLite's own waiting is polling. PostgreSQL needs none, and the gate stands open.
/// </summary>
internal sealed class WriteGate(bool isSingleWriter) : IDisposable
{
    private readonly SemaphoreSlim? _semaphore = isSingleWriter ? new SemaphoreSlim(1, 1) : null;

    /// <summary>Waits for one's turn; disposing the pass ends it.</summary>
    public async ValueTask<Pass> EnterAsync(CancellationToken cancellationToken)
    {
        if (_semaphore is not null)
        {
            await _semaphore.WaitAsync(cancellationToken);
        }

        return new Pass(_semaphore);
    }

    public void Dispose() => _semaphore?.Dispose();

    /// <summary>The right to write.</summary>
    internal readonly struct Pass(SemaphoreSlim? semaphore) : IDisposable
    {
        public void Dispose() => semaphore?.Release();
    }
}
