using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Ends sessions: their rows go, then their place in memory, then their sockets.</summary>
internal sealed class SessionEnding(HongyanDb db, ActiveSessions active, SessionHub hub)
{
    /// <summary>Ends one session of a person.</summary>
    /// <returns>False when the person has no such session.</returns>
    public async Task<bool> EndAsync(UserId user, SessionId session, CancellationToken cancellationToken)
    {
        var deleted = await db.WriteAsync(
            token =>
                db.Sessions.Where(row => row.Id == session.Value && row.UserId == user.Value).ExecuteDeleteAsync(token),
            cancellationToken
        );
        if (deleted > 0)
        {
            Disconnect(session);
        }

        return deleted > 0;
    }

    /// <summary>Takes the rows of all sessions of a person but one. Call it inside a write.</summary>
    /// <returns>The sessions, to be disconnected after the commit.</returns>
    public async Task<IReadOnlyList<SessionId>> RemoveOthersAsync(
        UserId user,
        SessionId kept,
        CancellationToken cancellationToken
    )
    {
        var others = db.Sessions.Where(row => row.UserId == user.Value && row.Id != kept.Value);
        var ids = await others.Select(row => row.Id).ToListAsync(cancellationToken);
        await others.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        return [.. ids.Select(id => new SessionId(id))];
    }

    /// <summary>Takes the rows of those sessions of a person that were not used for longest. Call it inside a write.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="kept">How many may stay.</param>
    /// <returns>The sessions, to be disconnected after the commit.</returns>
    public async Task<IReadOnlyList<SessionId>> RemoveBeyondAsync(
        long user,
        int kept,
        CancellationToken cancellationToken
    )
    {
        var ids = await db
            .Sessions.Where(row => row.UserId == user)
            .OrderByDescending(row => row.LastActiveAt)
            .ThenByDescending(row => row.Id)
            .Skip(kept)
            .Select(row => row.Id)
            .ToListAsync(cancellationToken);
        if (ids.Count > 0)
        {
            await db.Sessions.Where(row => ids.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        }

        return [.. ids.Select(id => new SessionId(id))];
    }

    /// <summary>Closes a session whose row is gone.</summary>
    public void Disconnect(SessionId session)
    {
        active.Forget(session);
        hub.CloseSession(session, CloseCode.SessionRevoked);
    }
}
