using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Privacy;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Hongyan.Server.Accounts;

/// <summary>The picture of somebody one may see. Asked for by its version it never changes and may be kept for good.</summary>
internal static class GetAvatar
{
    public static void MapGetAvatar(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/users/{id}/avatar", HandleAsync)
            .WithRule(AccessRule.Acquaintance)
            .WithName("GetAvatar")
            .WithSummary("The picture of somebody one may see.")
            .Produces<Stream>(StatusCodes.Status200OK, AvatarImage.ContentType);

    private static async Task<Results<FileContentHttpResult, ProblemResult>> HandleAsync(
        UserId id,
        string? v,
        CurrentUser me,
        HttpContext context,
        HongyanDb db,
        CancellationToken cancellationToken
    )
    {
        var facts = await People.ReadFactsAsync(db, me.Id, id, cancellationToken);
        if (facts is null || !PersonRules.CanSeePerson(facts))
        {
            return Problems.Of(ErrorCode.NotFound);
        }

        var avatar = await db
            .Avatars.AsNoTracking()
            .SingleOrDefaultAsync(row => row.UserId == id.Value, cancellationToken);
        if (avatar is null)
        {
            return Problems.Of(ErrorCode.NotFound);
        }

        context.Response.Headers.CacheControl =
            v == avatar.Version ? "private, max-age=31536000, immutable" : "private, no-cache";
        return TypedResults.Bytes(
            avatar.Content,
            AvatarImage.ContentType,
            entityTag: new EntityTagHeaderValue($"\"{avatar.Version}\"")
        );
    }
}
