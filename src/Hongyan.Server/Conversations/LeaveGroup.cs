using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Conversations;

/// <summary>Leaves a group. Who is not in it has left already: a retry is as good as the first.</summary>
internal static class LeaveGroup
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapDelete("{id}/members/me", HandleAsync)
            .WithName("LeaveGroup")
            .WithRule(AccessRule.Self)
            .WithSummary("Leaves a group; who is not in it has left already.");

    private static async Task<Results<NoContent, ProblemResult>> HandleAsync(
        ConversationId id,
        CurrentUser me,
        Sequencer sequencer,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var clientId = Guid.CreateVersion7(time.GetUtcNow());
        var error = await sequencer.LeaveAsync(id, me.Id, clientId, cancellationToken);
        return error is null or ErrorCode.NotFound ? TypedResults.NoContent() : Problems.Of(error);
    }
}
