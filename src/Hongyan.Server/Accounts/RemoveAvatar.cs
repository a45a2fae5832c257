using Hongyan.Contracts.Accounts;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Goes back to the default avatar.</summary>
internal static class RemoveAvatar
{
    public static void MapRemoveAvatar(this IEndpointRouteBuilder app) =>
        app.MapDelete("/api/me/avatar", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("RemoveAvatar")
            .WithSummary("Goes back to the default avatar.");

    private static async Task<Ok<Me>> HandleAsync(
        CurrentUser me,
        HongyanDb db,
        ProfileChange profile,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            await profile.ApplyAsync(
                me.Id,
                row => row.SetProperty(account => account.Avatar, (string?)null),
                token => db.Avatars.Where(avatar => avatar.UserId == me.Id.Value).ExecuteDeleteAsync(token),
                cancellationToken
            )
        );
}
