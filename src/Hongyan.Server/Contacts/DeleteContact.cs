using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Contacts;

/// <summary>
/// Ends being contacts, for both. What was written stays readable; nothing more can be written. Somebody who is no
/// contact gives the same answer.
/// </summary>
internal static class DeleteContact
{
    public static void MapDeleteContact(this IEndpointRouteBuilder app) =>
        app.MapDelete("/api/contacts/{userId}", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("DeleteContact")
            .WithSummary("Ends being contacts, for both.");

    private static async Task<NoContent> HandleAsync(
        UserId userId,
        CurrentUser me,
        HongyanDb db,
        Friendship friendship,
        CancellationToken cancellationToken
    )
    {
        var entries = await db.WriteAsync(
            async token =>
            {
                var pair = await ContactPair.HoldAsync(db, me.Id.Value, userId.Value, token);
                return pair.AreContacts ? await pair.PartAsync(token) : [];
            },
            cancellationToken
        );
        await friendship.ChangedAsync(me.Id, userId, entries);
        return TypedResults.NoContent();
    }
}
