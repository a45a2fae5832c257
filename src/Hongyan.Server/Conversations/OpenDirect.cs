using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Conversations;

/// <summary>Opens the direct conversation with a contact.</summary>
internal static class OpenDirect
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("direct", HandleAsync)
            .WithName("OpenDirect")
            .WithRule(AccessRule.Contact)
            .WithSummary("Opens the direct conversation with a contact.");

    private static async Task<Results<Ok<ConversationHead>, ProblemResult>> HandleAsync(
        OpenDirectRequest request,
        CurrentUser me,
        HongyanDb db,
        ConversationOpener opener,
        SyncReader sync,
        CancellationToken cancellationToken
    )
    {
        var (mine, theirs) = (me.Id.Value, request.User.Value);
        var isContact = await db.Contacts.AnyAsync(
            contact => contact.OwnerId == mine && contact.OtherId == theirs,
            cancellationToken
        );
        if (!isContact)
        {
            // The same for people who are nobody's contact and for people who are not there at all.
            return Problems.Of(ErrorCode.NotContacts);
        }

        var (conversation, error) = await opener.EnsureDirectAsync(me.Id, request.User, null, cancellationToken);
        return error is null
            ? await GetConversation.HandleAsync(conversation, me, sync, cancellationToken)
            : Problems.Of(error);
    }
}
