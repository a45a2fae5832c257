using Hongyan.Server.Delivery.Log;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Whether the store takes writes. When it failed one, and a write of no consequence too, nothing more is tried until such
/// a write succeeds: those who send are told at once to come back later, and the server says that it is not ready. It finds
/// out by itself when the store is well again, whether anybody sends or not.
/// </summary>
internal sealed partial class StoreGuard(
    IMessageLog log,
    SlotTable slots,
    DeliveryOptions options,
    TimeProvider time,
    Action<FencedException> onFenced,
    ILogger logger
) : IDisposable
{
    private const int SqliteReadOnly = 8;
    private const int SqliteFull = 13;
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int QuotaExceeded = 122; // EDQUOT

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile string? _reason;
    private bool _isSuspect;
    private Task<bool> _firstAttempt = Task.FromResult(true);
    private Task _probing = Task.CompletedTask;

    /// <summary>Why the store takes no writes, in words for an operator that tell a stranger nothing; null while it does.</summary>
    public string? Reason => _reason;

    /// <summary>
    /// A write failed, or a read that comes before one. Returns when it is known whether the next may succeed, or is not
    /// known soon.
    /// </summary>
    /// <returns>True when the store is well: then it was the matter with what failed.</returns>
    public async Task<bool> FailedAsync(Exception exception)
    {
        Task<bool> attempt;
        lock (_lock)
        {
            if (!_isSuspect && !_stopping.IsCancellationRequested)
            {
                _isSuspect = true;
                _firstAttempt = AttemptAsync();
                _probing = ProbeAsync(_firstAttempt, exception);
            }

            attempt = _firstAttempt;
        }

        if (await Task.WhenAny(attempt, Task.Delay(options.ProbeInterval, time)) == attempt)
        {
            return await attempt;
        }

        lock (_lock)
        {
            if (_isSuspect)
            {
                _reason ??= Describe(exception); // a store that hangs is not well
            }
        }

        return false;
    }

    /// <summary>Probes no more.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(_probing, Task.Delay(options.ProbeInterval, time)); // a store that hangs holds nobody up
    }

    public void Dispose() => _stopping.Dispose();

    private async Task ProbeAsync(Task<bool> firstAttempt, Exception exception)
    {
        if (await firstAttempt)
        {
            return;
        }

        var since = time.GetTimestamp();
        LogFailing(logger, exception, _reason ?? Describe(exception));
        try
        {
            do
            {
                await Task.Delay(options.ProbeInterval, time, _stopping.Token);
            } while (!await AttemptAsync());

            LogWell(logger, (long)time.GetElapsedTime(since).TotalMilliseconds);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<bool> AttemptAsync()
    {
        // Not on the caller's thread, and never under its locks: a disk that hangs holds up this one alone.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await log.ProbeAsync(slots.Epochs, _stopping.Token);
            lock (_lock)
            {
                _isSuspect = false;
                _reason = null;
            }

            return true;
        }
        catch (FencedException exception)
        {
            await _stopping.CancelAsync();
            onFenced(exception);
            return false;
        }
        catch (Exception exception)
        {
            _reason = Describe(exception);
            return false;
        }
    }

    private static string Describe(Exception exception) =>
        exception switch
        {
            SqliteException { SqliteErrorCode: SqliteFull } => "The disk is full.",
            IOException { HResult: NoSpace or QuotaExceeded } => "The disk is full.",
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "The database's disk is full.",
            SqliteException { SqliteErrorCode: SqliteReadOnly } => "The disk can only be read.",
            IOException { HResult: ReadOnlyFileSystem } => "The disk can only be read.",
            UnauthorizedAccessException => "The disk can only be read.",
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
                "The database can only be read.",
            PostgresException => "The database refuses writes.",
            NpgsqlException or TimeoutException => "The database does not answer.",
            IOException { InnerException: not null } => "The tables cannot follow the log.",
            SqliteException or IOException => "The disk fails.",
            DbUpdateException or InvalidOperationException when exception.InnerException is { } inner => Describe(
                inner
            ),
            _ => "Commits fail.",
        };

    [LoggerMessage(
        LogLevel.Error,
        "The store takes no writes: {Reason} Sends are refused, and retried by their clients, until it does"
    )]
    private static partial void LogFailing(ILogger logger, Exception exception, string reason);

    [LoggerMessage(LogLevel.Warning, "The store takes writes again, after {Milliseconds} ms")]
    private static partial void LogWell(ILogger logger, long milliseconds);
}
