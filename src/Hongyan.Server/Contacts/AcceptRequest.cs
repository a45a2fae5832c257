using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>Accepts a contact request.</summary>
internal static class AcceptRequest
{
    public static void MapAcceptRequest(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/contact-requests/{id}/accept", HandleAsync)
            .WithRule(AccessRule.Recipient)
            .WithName("AcceptContactRequest")
            .WithSummary("Accepts a contact request.");

    private static async Task<Results<Ok<Contact>, ProblemResult>> HandleAsync(
        ContactRequestId id,
        CurrentUser me,
        HongyanDb db,
        Friendship friendship,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var accepted = await db.WriteAsync(token => AcceptAsync(db, me.Id, id, now, token), cancellationToken);
        if (accepted.Error is { } error)
        {
            return Problems.Of(error);
        }

        if (accepted.Entries.Count > 0)
        {
            await friendship.BeganAsync(me.Id, accepted.Requester, accepted.Greeting, accepted.Entries);
        }
        else
        {
            await friendship.ChangedAsync(me.Id, accepted.Requester, []);
        }

        var contact = await ContactReader
            .Of(db, me.Id)
            .Where(row => row.Contact.OtherId == accepted.Requester.Value)
            .ToContacts()
            .SingleOrDefaultAsync(CancellationToken.None);
        // Either of the two may have ended it again in the meantime.
        return contact is not null ? TypedResults.Ok(contact) : Problems.Of(ErrorCode.RequestClosed);
    }

    private static async Task<Accepted> AcceptAsync(
        HongyanDb db,
        UserId me,
        ContactRequestId id,
        long now,
        CancellationToken cancellationToken
    )
    {
        var requester = await db
            .ContactRequests.Where(request => request.Id == id.Value && request.ToId == me.Value)
            .Select(request => (long?)request.FromId)
            .SingleOrDefaultAsync(cancellationToken);
        if (requester is not { } other)
        {
            return Accepted.Refused(ErrorCode.NotFound);
        }

        var pair = await ContactPair.HoldAsync(db, me.Value, other, cancellationToken);
        var request = await db.ContactRequests.SingleAsync(row => row.Id == id.Value, cancellationToken);
        switch (ContactRules.Accept(request.State, pair.AreContacts))
        {
            case AnswerOutcome.Closed:
                return Accepted.Refused(ErrorCode.RequestClosed);
            case AnswerOutcome.Repeated:
                return new Accepted(null, new UserId(other), request.Greeting, []);
            default:
                var entries = await pair.BefriendAsync(now, cancellationToken);
                return new Accepted(null, new UserId(other), request.Greeting, entries);
        }
    }

    /// <summary>What came of it, and what is to be published: nothing for a retry.</summary>
    private sealed record Accepted(
        string? Error,
        UserId Requester,
        string Greeting,
        IReadOnlyList<PersonalEntry> Entries
    )
    {
        public static Accepted Refused(string error) => new(error, default, "", []);
    }
}
