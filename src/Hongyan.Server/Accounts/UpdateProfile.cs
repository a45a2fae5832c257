using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore.Query;

namespace Hongyan.Server.Accounts;

/// <summary>Changes one's name, region or signature.</summary>
internal static class UpdateProfile
{
    public static void MapUpdateProfile(this IEndpointRouteBuilder app) =>
        app.MapPatch("/api/me", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("UpdateProfile")
            .WithSummary("Changes one's name, region or signature.");

    private static async Task<Results<Ok<Me>, ProblemResult>> HandleAsync(
        UpdateProfileRequest request,
        CurrentUser me,
        ProfileChange profile,
        RateLimits limits,
        CancellationToken cancellationToken
    )
    {
        var name = request.Name is { } newName ? TextRules.Name(newName, Limits.NameLength) : null;
        if (request.Name is not null && name is null)
        {
            return Problems.Of(ErrorCode.InvalidName);
        }

        var region = request.Region is { } newRegion ? TextRules.Line(newRegion, Limits.RegionLength) : null;
        if (request.Region is not null && region is null)
        {
            return Problems.InvalidField("region");
        }

        var signature = request.Signature is { } newSignature
            ? TextRules.Line(newSignature, Limits.SignatureLength)
            : null;
        if (request.Signature is not null && signature is null)
        {
            return Problems.InvalidField("signature");
        }

        if (limits.ChangePerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        return TypedResults.Ok(
            await profile.ApplyAsync(me.Id, row => Set(row, name, region, signature), null, cancellationToken)
        );
    }

    private static void Set(UpdateSettersBuilder<Account> row, string? name, string? region, string? signature)
    {
        row.SetProperty(account => account.ConcurrencyStamp, Guid.NewGuid().ToString());
        if (name is not null)
        {
            var order = NameOrder.Of(name);
            row.SetProperty(account => account.Name, name)
                .SetProperty(account => account.Initial, order.Initial)
                .SetProperty(account => account.SortKey, order.SortKey);
        }

        if (region is not null)
        {
            row.SetProperty(account => account.Region, region);
        }

        if (signature is not null)
        {
            row.SetProperty(account => account.Signature, signature);
        }
    }
}
