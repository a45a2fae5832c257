using Hongyan.Contracts;
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

/// <summary>Asks somebody to become a contact; when they have asked too, both are contacts at once.</summary>
internal static class SendRequest
{
    public static void MapSendRequest(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/contact-requests", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("SendContactRequest")
            .WithSummary("Asks somebody to become a contact.");

    private static async Task<Results<Ok<ContactRequest>, ProblemResult>> HandleAsync(
        SendContactRequest request,
        CurrentUser me,
        HongyanDb db,
        Friendship friendship,
        PersonalFeed feed,
        RateLimits limits,
        IdGenerator ids,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (request.User == me.Id)
        {
            return Problems.Of(ErrorCode.SelfContact);
        }

        if (TextRules.Lines(request.Greeting, Limits.GreetingLength) is not { } greeting)
        {
            return Problems.InvalidField("greeting");
        }

        if (limits.ContactRequestPerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var asked = await db.WriteAsync(
            token => AskAsync(db, me.Id, request.User, greeting, ids, now, token),
            cancellationToken
        );
        if (asked.Error is { } error)
        {
            return Problems.Of(error);
        }

        if (asked.AreContacts)
        {
            await friendship.BeganAsync(me.Id, request.User, asked.Request!.Greeting, asked.Entries);
        }
        else
        {
            feed.Publish(asked.Entries);
        }

        var shown = await RequestReader.RenderAsync(db, me.Id, [asked.Request!], CancellationToken.None);
        return TypedResults.Ok(shown[0]);
    }

    private static async Task<Asked> AskAsync(
        HongyanDb db,
        UserId me,
        UserId other,
        string greeting,
        IdGenerator ids,
        long now,
        CancellationToken cancellationToken
    )
    {
        if (!await db.Users.AnyAsync(account => account.Id == other.Value, cancellationToken))
        {
            return Asked.Refused(ErrorCode.NotFound);
        }

        var pair = await ContactPair.HoldAsync(db, me.Value, other.Value, cancellationToken);
        switch (ContactRules.Ask(pair.AreContacts, pair.Mine?.State, pair.Theirs?.State))
        {
            case AskOutcome.AlreadyContacts:
                return Asked.Refused(ErrorCode.AlreadyContacts);
            case AskOutcome.Contacts:
                var entries = await pair.BefriendAsync(now, cancellationToken);
                return new Asked(null, pair.Theirs, true, entries);
            case AskOutcome.Renewed:
                var renewed = pair.Mine!;
                renewed.Greeting = greeting;
                renewed.State = ContactRequestState.Pending;
                renewed.SentAt = now;
                return await ToldAsync(db, renewed, cancellationToken);
            default:
                var made = new ContactRequestRow
                {
                    Id = ids.Next(),
                    FromId = me.Value,
                    ToId = other.Value,
                    Greeting = greeting,
                    State = ContactRequestState.Pending,
                    SentAt = now,
                };
                db.ContactRequests.Add(made);
                return await ToldAsync(db, made, cancellationToken);
        }
    }

    private static async Task<Asked> ToldAsync(
        HongyanDb db,
        ContactRequestRow request,
        CancellationToken cancellationToken
    )
    {
        var entries = await PersonalLog.AppendAsync(
            db,
            [
                new PersonalKey(request.FromId, PersonalKind.Request, request.Id),
                new PersonalKey(request.ToId, PersonalKind.Request, request.Id),
            ],
            cancellationToken
        );
        return new Asked(null, request, false, entries);
    }

    /// <summary>What came of it, and what is to be published.</summary>
    private sealed record Asked(
        string? Error,
        ContactRequestRow? Request,
        bool AreContacts,
        IReadOnlyList<PersonalEntry> Entries
    )
    {
        public static Asked Refused(string error) => new(error, null, false, []);
    }
}
