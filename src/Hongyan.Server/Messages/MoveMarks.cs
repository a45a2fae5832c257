using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Messages;

/// <summary>Moves one's marks in a conversation forward.</summary>
internal static class MoveMarks
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("marks", HandleAsync)
            .WithName("MoveMarks")
            .WithRule(AccessRule.Member)
            .WithSummary("Moves one's marks in a conversation forward.");

    private static async Task<Results<NoContent, ProblemResult>> HandleAsync(
        ConversationId id,
        MarkRequest request,
        CurrentUser me,
        Sequencer sequencer,
        CancellationToken cancellationToken
    ) =>
        await sequencer.MarkAsync(id, me.Id, request, cancellationToken) is { } error
            ? Problems.Of(error)
            : TypedResults.NoContent();
}
