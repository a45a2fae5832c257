using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>Tells the gateway who a token belongs to. Accounts knows; the gateway must not know how.</summary>
internal interface ISocketAuthentication
{
    Task<SocketIdentity> AuthenticateAsync(string token, CancellationToken cancellationToken);
}

/// <summary>Who says hello, or the close code to answer with.</summary>
internal readonly record struct SocketIdentity(UserId User, SessionId Session, int? CloseCode = null);
