using System.Globalization;
using System.Security.Claims;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>Makes and reads access tokens: those of ASP.NET Core's bearer token scheme, which checks them on HTTP.</summary>
internal sealed class AccessTokens(IOptionsMonitor<BearerTokenOptions> options, TimeProvider time)
{
    public const string Scheme = BearerTokenDefaults.AuthenticationScheme;

    private BearerTokenOptions Options => options.Get(Scheme);

    /// <summary>How long a new token is good for, in seconds.</summary>
    public int LifetimeSeconds => (int)Options.BearerTokenExpiration.TotalSeconds;

    /// <summary>A token for the session.</summary>
    public string Issue(UserId user, SessionId session)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(CurrentUser.UserClaim, user.Value.ToString(CultureInfo.InvariantCulture)),
                new Claim(CurrentUser.SessionClaim, session.Value.ToString(CultureInfo.InvariantCulture)),
            ],
            Scheme
        );
        var properties = new AuthenticationProperties { ExpiresUtc = time.GetUtcNow() + Options.BearerTokenExpiration };
        return Options.BearerTokenProtector.Protect(
            new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme)
        );
    }

    /// <summary>
    /// Whom a token was made for; null when it is none of ours or has expired. Whether the session is still active is
    /// for <see cref="ActiveSessions"/> to say.
    /// </summary>
    public CurrentUser? Validate(string token) =>
        Options.BearerTokenProtector.Unprotect(token) is { } ticket && ticket.Properties.ExpiresUtc > time.GetUtcNow()
            ? CurrentUser.Of(ticket.Principal)
            : null;
}
