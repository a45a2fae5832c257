using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>Tells the gateway who a token belongs to. Accounts knows; the gateway must not know how.</summary>
internal interface ISocketAuthentication
{
    Task<SocketIdentity> AuthenticateAsync(string token, CancellationToken cancellationToken);

    /// <summary>Whether the session is still signed in; if so it counts as seen now. Cheap: asked with every ping.</summary>
    ValueTask<bool> IsSignedInAsync(SessionId session, CancellationToken cancellationToken);
}

/// <summary>Who says hello, or the close code to answer with.</summary>
internal readonly record struct SocketIdentity(UserId User, SessionId Session, int? CloseCode = null);
