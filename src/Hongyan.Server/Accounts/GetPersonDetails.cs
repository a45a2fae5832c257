using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Privacy;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Accounts;

/// <summary>The card of somebody one has to do with; everybody else does not exist under their id.</summary>
internal static class GetPersonDetails
{
    public static void MapGetPersonDetails(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/users/{id}", HandleAsync)
            .WithRule(AccessRule.Acquaintance)
            .WithName("GetPerson")
            .WithSummary("The card of somebody one has to do with.");

    private static async Task<Results<Ok<PersonDetails>, ProblemResult>> HandleAsync(
        UserId id,
        CurrentUser me,
        HongyanDb db,
        CancellationToken cancellationToken
    )
    {
        var facts = await People.ReadFactsAsync(db, me.Id, id, cancellationToken);
        return facts is not null && PersonRules.CanSeePerson(facts)
            ? TypedResults.Ok(PersonRules.CardOf(facts))
            : Problems.Of(ErrorCode.NotFound);
    }
}
