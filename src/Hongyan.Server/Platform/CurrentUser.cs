using System.Globalization;
using System.Security.Claims;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Platform;

/// <summary>Who makes the request, from the access token. Name it as a parameter of an endpoint to have it.</summary>
internal readonly record struct CurrentUser(UserId Id, SessionId Session)
{
    public const string UserClaim = "sub";
    public const string SessionClaim = "sid";

    /// <summary>Binds the parameter of an endpoint. The endpoint's rule has seen to it that somebody is signed in.</summary>
    public static ValueTask<CurrentUser> BindAsync(HttpContext context) =>
        ValueTask.FromResult(
            Of(context.User)
                ?? throw new InvalidOperationException("The endpoint asks who is signed in, but lets anybody in.")
        );

    /// <summary>Who the claims name, or null when they name nobody.</summary>
    public static CurrentUser? Of(ClaimsPrincipal principal) =>
        UserId.TryParse(principal.FindFirstValue(UserClaim), CultureInfo.InvariantCulture, out var user)
        && SessionId.TryParse(principal.FindFirstValue(SessionClaim), CultureInfo.InvariantCulture, out var session)
            ? new CurrentUser(user, session)
            : null;
}
