using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.Server.Delivery;

/// <summary>Who is connected to this node: the sessions of each person.</summary>
internal sealed class SessionHub
{
    private readonly ConcurrentDictionary<UserId, ImmutableArray<SocketSession>> _byUser = new();
    private readonly ConcurrentDictionary<SessionId, SocketSession> _bySession = new();

    public SessionHub(DeliveryMetrics metrics) => metrics.ObserveSessions(() => _bySession.Count);

    public int Count => _bySession.Count;

    public IEnumerable<SocketSession> All => _bySession.Values;

    /// <summary>Adds a session that has said hello; an older socket of the same session is closed.</summary>
    public void Add(SocketSession session)
    {
        SocketSession? replaced = null;
        _bySession.AddOrUpdate(
            session.Session,
            session,
            (_, existing) =>
            {
                replaced = existing;
                return session;
            }
        );
        if (replaced is not null)
        {
            RemoveFromUser(replaced);
            replaced.Close(CloseCode.Replaced);
        }

        _byUser.AddOrUpdate(session.User, [session], (_, sessions) => sessions.Add(session));
    }

    public void Remove(SocketSession session)
    {
        RemoveFromUser(session);
        _bySession.TryRemove(KeyValuePair.Create(session.Session, session));
    }

    /// <summary>The person's sessions on this node; empty when they have none.</summary>
    public ImmutableArray<SocketSession> Of(UserId user) => _byUser.GetValueOrDefault(user, []);

    public bool IsOnline(UserId user) => _byUser.ContainsKey(user);

    /// <summary>Closes a session's socket, if it is connected here.</summary>
    public void CloseSession(SessionId session, int closeCode)
    {
        if (_bySession.TryGetValue(session, out var connected))
        {
            connected.Close(closeCode);
        }
    }

    private void RemoveFromUser(SocketSession session)
    {
        while (_byUser.TryGetValue(session.User, out var sessions))
        {
            var left = sessions.Remove(session);
            var isDone = left.IsEmpty
                ? _byUser.TryRemove(KeyValuePair.Create(session.User, sessions))
                : _byUser.TryUpdate(session.User, left, sessions);
            if (isDone)
            {
                return;
            }
        }
    }
}
