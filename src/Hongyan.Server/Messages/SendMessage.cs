using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hongyan.Server.Messages;

/// <summary>Sends a message; answers when it is durable. All devices get it, the sender's own included.</summary>
internal static class SendMessage
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("messages", HandleAsync)
            .WithName("SendMessage")
            .WithRule(AccessRule.Member)
            .WithSummary("Sends a message; answers when it is durable.");

    private static async Task<Results<Ok<MessageSent>, ProblemResult>> HandleAsync(
        ConversationId id,
        SendMessageRequest request,
        CurrentUser me,
        Sequencer sequencer,
        SendLimits limits,
        CancellationToken cancellationToken
    )
    {
        if (limits.Take(me.Id) is > 0 and var wait)
        {
            return Problems.Of(ErrorCode.RateLimited, retryAfterMs: wait);
        }

        var send = new SendTask();
        await sequencer.SendAsync(me.Id, null, id, request.ClientId, request.Body, send, cancellationToken);
        var outcome = await send.Task.WaitAsync(cancellationToken);
        return outcome.Sent is { } sent ? TypedResults.Ok(sent) : Problems.Of(outcome.Error!);
    }
}
