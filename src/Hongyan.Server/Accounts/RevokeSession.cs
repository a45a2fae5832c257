using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Accounts;

/// <summary>Ends one of one's own sessions, on whatever device. Its socket closes at once.</summary>
internal static class RevokeSession
{
    public static void MapRevokeSession(this IEndpointRouteBuilder app) =>
        app.MapDelete("/api/sessions/{id}", HandleAsync)
            .WithRule(AccessRule.Self)
            .WithName("RevokeSession")
            .WithSummary("Ends one of one's own sessions, on whatever device.");

    private static async Task<Results<NoContent, ProblemResult>> HandleAsync(
        SessionId id,
        CurrentUser me,
        SessionEnding ending,
        CancellationToken cancellationToken
    ) =>
        await ending.EndAsync(me.Id, id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Of(ErrorCode.NotFound);
}
