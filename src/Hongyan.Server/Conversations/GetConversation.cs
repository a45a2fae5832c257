using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Conversations;

/// <summary>One conversation of one's own.</summary>
internal static class GetConversation
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("{id}", HandleAsync)
            .WithName("GetConversation")
            .WithRule(AccessRule.Member)
            .WithSummary("One conversation of one's own.");

    /// <summary>The answer of each endpoint that ends with a conversation as it now is.</summary>
    public static async Task<Results<Ok<ConversationHead>, ProblemResult>> HandleAsync(
        ConversationId id,
        CurrentUser me,
        SyncReader sync,
        CancellationToken cancellationToken
    )
    {
        var head = await sync.HeadAsync(me.Id, id, cancellationToken);
        return head.Value is { } value ? TypedResults.Ok(value) : Problems.Of(head.Error!);
    }
}
