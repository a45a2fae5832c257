using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>
/// Stores once a minute when sessions were last seen, and removes once an hour those that nobody has used for too long.
/// </summary>
internal sealed partial class SessionUpkeep(
    ActiveSessions active,
    IDbContextFactory<HongyanDb> contexts,
    IOptions<SessionOptions> options,
    TimeProvider time,
    ILogger<SessionUpkeep> logger
) : BackgroundService
{
    private const int RoundsBetweenRemovals = 60;
    private const int MaxCommit = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(StoreSeenAsync, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            for (var round = 0; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                await TryAsync(StoreSeenAsync, stoppingToken);
                if (round % RoundsBetweenRemovals == 0)
                {
                    await TryAsync(RemoveUnusedAsync, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last round is StopAsync's.
        }
    }

    private async Task StoreSeenAsync(CancellationToken cancellationToken)
    {
        // In small commits, because messages wait for them where there is one writer; by rising id, against deadlocks.
        foreach (var part in active.TakeSeen().OrderBy(pair => pair.Key.Value).Chunk(MaxCommit))
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            await db.WriteAsync(
                async token =>
                {
                    foreach (var (session, at) in part)
                    {
                        await db
                            .Sessions.Where(row => row.Id == session.Value && row.LastActiveAt < at)
                            .ExecuteUpdateAsync(row => row.SetProperty(value => value.LastActiveAt, at), token);
                    }
                },
                cancellationToken
            );
        }
    }

    private async Task RemoveUnusedAsync(CancellationToken cancellationToken)
    {
        var usedSince = (time.GetUtcNow() - options.Value.Lifetime).ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.WriteAsync(
            token => db.Sessions.Where(row => row.RotatedAt <= usedSince).ExecuteDeleteAsync(token),
            cancellationToken
        );
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Nothing depends on it: the next round does better.
            LogFailed(logger, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Sessions could not be kept up")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
