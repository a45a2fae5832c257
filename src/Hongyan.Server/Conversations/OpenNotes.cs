using Hongyan.Contracts.Conversations;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Conversations;

/// <summary>Opens one's own notes (File Transfer).</summary>
internal static class OpenNotes
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("notes", HandleAsync)
            .WithName("OpenNotes")
            .WithRule(AccessRule.Self)
            .WithSummary("Opens one's own notes (File Transfer).");

    private static async Task<Results<Ok<ConversationHead>, ProblemResult>> HandleAsync(
        CurrentUser me,
        ConversationOpener opener,
        SyncReader sync,
        CancellationToken cancellationToken
    )
    {
        var (conversation, error) = await opener.EnsureNotesAsync(me.Id, cancellationToken);
        return error is null
            ? await GetConversation.HandleAsync(conversation, me, sync, cancellationToken)
            : Problems.Of(error);
    }
}
