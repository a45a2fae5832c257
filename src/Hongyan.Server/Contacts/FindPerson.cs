using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Hongyan.Server.Privacy;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Contacts;

/// <summary>Finds a person by their exact handle, which is how strangers find one another.</summary>
internal static class FindPerson
{
    public static void MapFindPerson(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/people/{handle}", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("FindPerson")
            .WithSummary("Finds a person by their exact handle, which is how strangers find one another.");

    private static async Task<Results<Ok<PersonDetails>, ProblemResult>> HandleAsync(
        string handle,
        CurrentUser me,
        HongyanDb db,
        RateLimits limits,
        CancellationToken cancellationToken
    )
    {
        if (limits.PersonSearchPerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        return await People.ReadFactsAsync(db, me.Id, handle.Trim(), cancellationToken) is { } facts
            ? TypedResults.Ok(PersonRules.CardOf(facts))
            : Problems.Of(ErrorCode.NotFound);
    }
}
