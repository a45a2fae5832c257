using System.Security.Cryptography;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Uploads one's avatar.</summary>
internal static class SetAvatar
{
    private const int VersionBytes = 8;

    public static void MapSetAvatar(this IEndpointRouteBuilder app) =>
        app.MapPut("/api/me/avatar", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("SetAvatar")
            .WithSummary("Uploads one's avatar.")
            .Accepts<Stream>("image/png", "image/jpeg", "image/webp")
            .WithMetadata(new RequestSizeLimitAttribute(Limits.AvatarBytes));

    private static async Task<Results<Ok<Me>, ProblemResult>> HandleAsync(
        HttpRequest request,
        CurrentUser me,
        HongyanDb db,
        AvatarImage images,
        ProfileChange profile,
        RateLimits limits,
        CancellationToken cancellationToken
    )
    {
        if (limits.AvatarPerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        using var upload = new MemoryStream();
        await request.Body.CopyToAsync(upload, cancellationToken);
        if (await images.MakeAsync(upload.ToArray(), cancellationToken) is not { } content)
        {
            return Problems.Of(ErrorCode.InvalidImage);
        }

        // The version is of the content: the same picture is not fetched again.
        var version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, VersionBytes));
        return TypedResults.Ok(
            await profile.ApplyAsync(
                me.Id,
                row => row.SetProperty(account => account.Avatar, version),
                token => StoreAsync(db, me.Id.Value, version, content, token),
                cancellationToken
            )
        );
    }

    private static async Task StoreAsync(
        HongyanDb db,
        long user,
        string version,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        // The account's row is held already, so two uploads at once come one after the other.
        var replaced = await db
            .Avatars.Where(avatar => avatar.UserId == user)
            .ExecuteUpdateAsync(
                avatar => avatar.SetProperty(row => row.Version, version).SetProperty(row => row.Content, content),
                cancellationToken
            );
        if (replaced == 0)
        {
            db.Avatars.Add(
                new AvatarRow
                {
                    UserId = user,
                    Version = version,
                    Content = content,
                }
            );
        }
    }
}
