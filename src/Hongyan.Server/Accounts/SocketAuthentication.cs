using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.Server.Accounts;

/// <summary>Tells the socket gateway who says hello.</summary>
internal sealed class SocketAuthentication(AccessTokens tokens, ActiveSessions active) : ISocketAuthentication
{
    public async Task<SocketIdentity> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        if (tokens.Validate(token) is not { } user)
        {
            return new SocketIdentity(default, default, CloseCode.Unauthenticated);
        }

        return await active.IsActiveAsync(user.Session, cancellationToken)
            ? new SocketIdentity(user.Id, user.Session)
            : new SocketIdentity(user.Id, user.Session, CloseCode.SessionRevoked);
    }

    public ValueTask<bool> IsSignedInAsync(SessionId session, CancellationToken cancellationToken) =>
        active.IsActiveAsync(session, cancellationToken);
}
