using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>Opens sessions, and makes the answer that carries their tokens.</summary>
internal sealed class SessionOpening(
    HongyanDb db,
    AccessTokens accessTokens,
    RefreshTokens refreshTokens,
    IdGenerator ids,
    IOptions<SessionOptions> options,
    TimeProvider time
)
{
    /// <summary>The device as it is stored, or null when its name is none.</summary>
    public static Device? Check(Device device) =>
        TextRules.Name(device.Name, Limits.NameLength) is { } name && Enum.IsDefined(device.Kind)
            ? device with
            {
                Name = name,
            }
            : null;

    /// <summary>Adds the row of a new session. Call it inside a write.</summary>
    public SessionRow Add(long user, Device device)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var session = new SessionRow
        {
            Id = ids.Next(),
            UserId = user,
            DeviceName = device.Name,
            DeviceKind = device.Kind,
            Generation = 0,
            RotatedAt = now,
            SignedInAt = now,
            LastActiveAt = now,
        };
        db.Sessions.Add(session);
        return session;
    }

    /// <summary>The answer to whoever registered, signed in or refreshed.</summary>
    public SignedIn Answer(HttpContext context, Account account, SessionId session, int generation, bool usesCookie)
    {
        var refreshToken = refreshTokens.Issue(new RefreshToken(session, generation));
        if (usesCookie)
        {
            RefreshCookie.Set(context, refreshToken, options.Value.Lifetime);
        }

        return new SignedIn
        {
            Session = session,
            Me = account.ToMe(),
            AccessToken = accessTokens.Issue(new UserId(account.Id), session),
            ExpiresInSeconds = accessTokens.LifetimeSeconds,
            RefreshToken = usesCookie ? null : refreshToken,
        };
    }
}
