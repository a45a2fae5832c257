using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Messages;

/// <summary>A page of a conversation: before a message, after one, or the newest.</summary>
internal static class ListMessages
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("messages", HandleAsync)
            .WithName("ListMessages")
            .WithRule(AccessRule.Member)
            .WithSummary("A page of a conversation: before a message, after one, or the newest.");

    private static async Task<Results<Ok<HistoryPage>, ProblemResult>> HandleAsync(
        ConversationId id,
        CurrentUser me,
        SyncReader sync,
        long? before,
        long? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var history = await sync.HistoryAsync(me.Id, id, before, after, limit, cancellationToken);
        return history.Value is { } page ? TypedResults.Ok(page) : Problems.Of(history.Error!);
    }
}
