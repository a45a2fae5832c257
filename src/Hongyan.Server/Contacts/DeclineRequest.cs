using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>Declines a contact request. Whoever sent it is not told, and sees it wait.</summary>
internal static class DeclineRequest
{
    public static void MapDeclineRequest(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/contact-requests/{id}/decline", HandleAsync)
            .WithRule(AccessRule.Recipient)
            .WithName("DeclineContactRequest")
            .WithSummary("Declines a contact request.");

    private static async Task<Results<Ok<ContactRequest>, ProblemResult>> HandleAsync(
        ContactRequestId id,
        CurrentUser me,
        HongyanDb db,
        PersonalFeed feed,
        CancellationToken cancellationToken
    )
    {
        var declined = await db.WriteAsync(token => DeclineAsync(db, me.Id, id, token), cancellationToken);
        if (declined.Error is { } error)
        {
            return Problems.Of(error);
        }

        feed.Publish(declined.Entries);
        var shown = await RequestReader.RenderAsync(db, me.Id, [declined.Request!], CancellationToken.None);
        return TypedResults.Ok(shown[0]);
    }

    private static async Task<Declined> DeclineAsync(
        HongyanDb db,
        UserId me,
        ContactRequestId id,
        CancellationToken cancellationToken
    )
    {
        var requester = await db
            .ContactRequests.Where(row => row.Id == id.Value && row.ToId == me.Value)
            .Select(row => (long?)row.FromId)
            .SingleOrDefaultAsync(cancellationToken);
        if (requester is not { } other)
        {
            return new Declined(ErrorCode.NotFound, null, []);
        }

        await ContactPair.HoldAsync(db, me.Value, other, cancellationToken);
        var request = await db.ContactRequests.SingleAsync(row => row.Id == id.Value, cancellationToken);
        switch (ContactRules.Decline(request.State))
        {
            case AnswerOutcome.Closed:
                return new Declined(ErrorCode.RequestClosed, null, []);
            case AnswerOutcome.Repeated:
                return new Declined(null, request, []);
            default:
                request.State = ContactRequestState.Declined;
                var entries = await PersonalLog.AppendAsync(
                    db,
                    [new PersonalKey(me.Value, PersonalKind.Request, request.Id)],
                    cancellationToken
                );
                return new Declined(null, request, entries);
        }
    }

    /// <summary>What came of it, and what is to be published: nothing for a retry.</summary>
    private sealed record Declined(string? Error, ContactRequestRow? Request, IReadOnlyList<PersonalEntry> Entries);
}
