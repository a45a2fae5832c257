using System.Collections.Concurrent;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>
/// Which sessions are signed in, and when each was last seen. Asked with every request, so the answer is kept in memory
/// until the session ends, at most for a minute.
/// </summary>
internal sealed class ActiveSessions(
    IDbContextFactory<HongyanDb> contexts,
    IOptions<SessionOptions> options,
    TimeProvider time
) : IDisposable
{
    private const int MaxCached = 100_000;
    private static readonly TimeSpan CacheTime = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _active = new(new MemoryCacheOptions { SizeLimit = MaxCached });
    private readonly ConcurrentDictionary<SessionId, long> _seen = new();
    private int _ended;

    /// <summary>
    /// Whether the session is still signed in; if so it counts as seen now. Who keeps a connection open asks after the
    /// connection is where <c>SessionHub.CloseSession</c> finds it, or a session that ends in between stays connected.
    /// </summary>
    public async ValueTask<bool> IsActiveAsync(SessionId session, CancellationToken cancellationToken)
    {
        if (!_active.TryGetValue(session, out _) && !await ReadAsync(session, cancellationToken))
        {
            return false;
        }

        Touch(session);
        return true;
    }

    /// <summary>Notes that the session was seen.</summary>
    public void Touch(SessionId session) => _seen[session] = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>When the session was last seen, if that is later than what is stored.</summary>
    public long? LastSeen(SessionId session) => _seen.TryGetValue(session, out var at) ? at : null;

    /// <summary>Forgets a session that has ended. Call it after the end is committed.</summary>
    public void Forget(SessionId session)
    {
        // First the count, then the removal: a reader that adds in between sees the count and removes it itself.
        Interlocked.Increment(ref _ended);
        _active.Remove(session);
        _seen.TryRemove(session, out _);
    }

    /// <summary>Takes what has been seen since the last time, to be stored.</summary>
    public IReadOnlyCollection<KeyValuePair<SessionId, long>> TakeSeen()
    {
        var taken = _seen.ToArray();
        foreach (var pair in taken)
        {
            _seen.TryRemove(pair);
        }

        return taken;
    }

    public void Dispose() => _active.Dispose();

    private async Task<bool> ReadAsync(SessionId session, CancellationToken cancellationToken)
    {
        var ended = Volatile.Read(ref _ended);
        var usedSince = (time.GetUtcNow() - options.Value.Lifetime).ToUnixTimeMilliseconds();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var isActive = await db.Sessions.AnyAsync(
            row => row.Id == session.Value && row.RotatedAt > usedSince,
            cancellationToken
        );
        if (isActive)
        {
            _active.Set(
                session,
                true,
                new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = CacheTime, Size = 1 }
            );
            if (Volatile.Read(ref _ended) != ended)
            {
                _active.Remove(session);
            }
        }

        return isActive;
    }
}
