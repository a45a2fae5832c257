using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Conversations;

/// <summary>Renames a group; its owner may.</summary>
internal static class RenameGroup
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPatch("{id}", HandleAsync)
            .WithName("RenameGroup")
            .WithRule(AccessRule.Owner)
            .WithSummary("Renames a group; its owner may.");

    private static async Task<Results<Ok<ConversationHead>, ProblemResult>> HandleAsync(
        ConversationId id,
        RenameGroupRequest request,
        CurrentUser me,
        Sequencer sequencer,
        MakingGate gate,
        IMessageLog log,
        SyncReader sync,
        RateLimits limits,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (MessageRules.Check(request.ClientId, time.GetUtcNow()) is { } badId)
        {
            return Problems.Of(badId);
        }

        if (TextRules.Name(request.Title, Limits.NameLength) is not { } title)
        {
            return Problems.Of(ErrorCode.InvalidTitle);
        }

        if (limits.ChangePerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        using var pass = await gate.EnterAsync((me.Id, request.ClientId), cancellationToken);
        if (await log.FindSendAsync(me.Id, request.ClientId, cancellationToken) is { } before)
        {
            return EarlierCommand.IsSame(before, id, new GroupRenamedBody(title))
                ? await GetConversation.HandleAsync(id, me, sync, cancellationToken)
                : Problems.Of(ErrorCode.ClientIdReused);
        }

        var error = await sequencer.RenameAsync(id, me.Id, request.ClientId, title, cancellationToken);
        return error is null ? await GetConversation.HandleAsync(id, me, sync, cancellationToken) : Problems.Of(error);
    }
}
