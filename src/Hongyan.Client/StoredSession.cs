using Hongyan.Contracts.Ids;

namespace Hongyan.Client;

/// <summary>What a device keeps of its session between runs.</summary>
/// <param name="Server">The server's address, such as <c>https://chat.example</c>.</param>
/// <param name="User">The signed-in person.</param>
/// <param name="Handle">Their handle.</param>
/// <param name="Session">The session on this device.</param>
/// <param name="RefreshToken">The token for the next refresh. A secret.</param>
public sealed record StoredSession(Uri Server, UserId User, string Handle, SessionId Session, string RefreshToken);

/// <summary>
/// Where a device keeps its session. A refresh uses up the token it was made with, so the new one must be kept before
/// it is used: a save is durable when it returns.
/// </summary>
public interface ISessionStore
{
    /// <summary>The session, or null when nobody is signed in.</summary>
    ValueTask<StoredSession?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Waits until nobody else who shares this store refreshes, signs in or out; disposing the pass lets the next one.
    /// Of two that use one refresh token the second would look like a thief. Null when there is nobody to wait for.
    /// </summary>
    ValueTask<IAsyncDisposable?> LockAsync(CancellationToken cancellationToken) => default;

    /// <summary>Keeps the session; null forgets it.</summary>
    ValueTask SaveAsync(StoredSession? session, CancellationToken cancellationToken);
}

/// <summary>Keeps the session as long as the process lives.</summary>
public sealed class MemorySessionStore : ISessionStore
{
    private StoredSession? _session;

    /// <inheritdoc />
    public ValueTask<StoredSession?> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_session);

    /// <inheritdoc />
    public ValueTask SaveAsync(StoredSession? session, CancellationToken cancellationToken)
    {
        _session = session;
        return ValueTask.CompletedTask;
    }
}
