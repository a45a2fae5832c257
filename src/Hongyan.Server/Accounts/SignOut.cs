using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Accounts;

/// <summary>Ends the session that asks.</summary>
internal static class SignOut
{
    public static void MapSignOut(this IEndpointRouteBuilder app) =>
        app.MapDelete("/api/sessions/current", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("SignOut")
            .WithSummary("Ends the session that asks.");

    private static async Task<NoContent> HandleAsync(
        CurrentUser me,
        HttpContext context,
        SessionEnding ending,
        CancellationToken cancellationToken
    )
    {
        await ending.EndAsync(me.Id, me.Session, cancellationToken);
        RefreshCookie.Delete(context);
        return TypedResults.NoContent();
    }
}
