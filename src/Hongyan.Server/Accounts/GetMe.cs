using Hongyan.Contracts.Accounts;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>One's own account.</summary>
internal static class GetMe
{
    public static void MapGetMe(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/me", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("GetMe")
            .WithSummary("One's own account.");

    private static async Task<Ok<Me>> HandleAsync(CurrentUser me, HongyanDb db, CancellationToken cancellationToken)
    {
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == me.Id.Value, cancellationToken);
        return TypedResults.Ok(account.ToMe());
    }
}
