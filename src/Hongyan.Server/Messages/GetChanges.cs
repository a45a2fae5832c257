using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Messages;

/// <summary>What has changed of one's own since a counter.</summary>
internal static class GetChanges
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/changes", HandleAsync)
            .WithName("GetChanges")
            .WithTags("Messages")
            .WithRule(AccessRule.Self)
            .WithSummary("What has changed of one's own since a counter.");

    private static async Task<Results<Ok<PersonalDifference>, ProblemResult>> HandleAsync(
        CurrentUser me,
        SyncReader sync,
        long since,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var changes = await sync.ChangesAsync(me.Id, since, limit, cancellationToken);
        return changes.Value is { } value ? TypedResults.Ok(value) : Problems.Of(changes.Error!);
    }
}
