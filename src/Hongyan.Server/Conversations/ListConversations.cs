using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Conversations;

/// <summary>One's conversations, newest activity first.</summary>
internal static class ListConversations
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("", HandleAsync)
            .WithName("ListConversations")
            .WithRule(AccessRule.Self)
            .WithSummary("One's conversations, newest activity first.");

    private static async Task<Results<Ok<Page<ConversationHead>>, ProblemResult>> HandleAsync(
        CurrentUser me,
        SyncReader sync,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var heads = await sync.HeadsAsync(me.Id, after, limit, cancellationToken);
        return heads.Value is { } page ? TypedResults.Ok(page) : Problems.Of(heads.Error!);
    }
}
