using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Conversations;

/// <summary>Makes a group of one's contacts. The client id makes a retry find the group that is there.</summary>
internal static class CreateGroup
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("", HandleAsync)
            .WithName("CreateGroup")
            .WithRule(AccessRule.Contact)
            .WithSummary("Makes a group of one's contacts.");

    private static async Task<Results<Ok<ConversationHead>, ProblemResult>> HandleAsync(
        CreateGroupRequest request,
        CurrentUser me,
        HongyanDb db,
        Sequencer sequencer,
        MakingGate gate,
        IMessageLog log,
        SyncReader sync,
        RateLimits limits,
        IdGenerator ids,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        if (MessageRules.Check(request.ClientId, now) is { } badId)
        {
            return Problems.Of(badId);
        }

        if (TextRules.Name(request.Title, Limits.NameLength) is not { } title)
        {
            return Problems.Of(ErrorCode.InvalidTitle);
        }

        if (request.Members.Count > Limits.GroupMembers)
        {
            return Problems.Of(ErrorCode.InvalidMemberCount);
        }

        var others = request.Members.Where(member => member != me.Id).Distinct().ToList();
        if (others.Count + 1 is < Limits.GroupMinMembers or > Limits.GroupMembers)
        {
            return Problems.Of(ErrorCode.InvalidMemberCount);
        }

        if (limits.ChangePerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        var body = new GroupCreatedBody(title, [me.Id, .. others]);
        using var pass = await gate.EnterAsync((me.Id, request.ClientId), cancellationToken);
        if (await log.FindSendAsync(me.Id, request.ClientId, cancellationToken) is { } before)
        {
            return await FoundAsync(before);
        }

        if (!await AreAllContactsAsync(db, me.Id, others, cancellationToken))
        {
            return Problems.Of(ErrorCode.NotContacts);
        }

        var id = new ConversationId(ids.Next());
        var error = await sequencer.CreateAsync(
            id,
            new NewConversation(ConversationKind.Group, title, null, now.ToUnixTimeMilliseconds()),
            me.Id,
            [(me.Id, MemberRole.Owner), .. others.Select(other => (other, MemberRole.Member))],
            request.ClientId,
            body,
            cancellationToken
        );
        if (error is null)
        {
            return await GetConversation.HandleAsync(id, me, sync, cancellationToken);
        }

        // The answer of the store may be what was lost, or the id be that of a message sent at the same moment.
        return await log.FindSendAsync(me.Id, request.ClientId, cancellationToken) is { } made
            ? await FoundAsync(made)
            : Problems.Of(error);

        async Task<Results<Ok<ConversationHead>, ProblemResult>> FoundAsync(StoredSend found) =>
            EarlierCommand.IsSame(found, found.Conversation, body)
                ? await GetConversation.HandleAsync(found.Conversation, me, sync, cancellationToken)
                : Problems.Of(ErrorCode.ClientIdReused);
    }

    private static async Task<bool> AreAllContactsAsync(
        HongyanDb db,
        UserId me,
        List<UserId> others,
        CancellationToken cancellationToken
    )
    {
        var ids = others.ConvertAll(other => other.Value);
        return await db.Contacts.CountAsync(
                contact => contact.OwnerId == me.Value && ids.Contains(contact.OtherId),
                cancellationToken
            ) == ids.Count;
    }
}
