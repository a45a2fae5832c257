using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Messages;

/// <summary>What has changed in a conversation since a counter.</summary>
internal static class GetDifference
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("changes", HandleAsync)
            .WithName("GetDifference")
            .WithRule(AccessRule.Member)
            .WithSummary("What has changed in a conversation since a counter.");

    private static async Task<Results<Ok<ConversationDifference>, ProblemResult>> HandleAsync(
        ConversationId id,
        CurrentUser me,
        SyncReader sync,
        long since,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var difference = await sync.DifferenceAsync(me.Id, id, since, limit, cancellationToken);
        return difference.Value is { } value ? TypedResults.Ok(value) : Problems.Of(difference.Error!);
    }
}
