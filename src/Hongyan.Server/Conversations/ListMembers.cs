using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Conversations;

/// <summary>Who is in a conversation, by when they joined.</summary>
internal static class ListMembers
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("{id}/members", HandleAsync)
            .WithName("ListMembers")
            .WithRule(AccessRule.Member)
            .WithSummary("Who is in a conversation, by when they joined.");

    private static async Task<Results<Ok<Page<ConversationMember>>, ProblemResult>> HandleAsync(
        ConversationId id,
        CurrentUser me,
        HongyanDb db,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var key = Array.Empty<long>();
        if (!PageLimit.TryRead(limit, out var rows) || (after is not null && !Cursor.TryRead(after, 2, out key)))
        {
            return Problems.Of(ErrorCode.InvalidRequest);
        }

        var (conversation, user) = (id.Value, me.Id.Value);
        // Apart from the page, which can be empty for a member too: behind those who have left since the last page.
        var isMember = await db.Members.AnyAsync(
            own => own.ConversationId == conversation && own.UserId == user && !own.HasLeft,
            cancellationToken
        );
        if (!isMember)
        {
            return Problems.Of(ErrorCode.NotFound);
        }

        var members = db
            .Members.AsNoTracking()
            .Where(member => member.ConversationId == conversation && !member.HasLeft);
        if (after is not null)
        {
            var (joinedAt, lastUser) = (key[0], key[1]);
            members = members.Where(member =>
                member.JoinedAt > joinedAt || (member.JoinedAt == joinedAt && member.UserId > lastUser)
            );
        }

        var page = await members
            .OrderBy(member => member.JoinedAt)
            .ThenBy(member => member.UserId)
            .Take(rows + 1)
            .Join(
                db.Users,
                member => member.UserId,
                account => account.Id,
                (member, account) =>
                    new
                    {
                        member.JoinedAt,
                        member.UserId,
                        member.Role,
                        member.ReadSeq,
                        member.DeliveredSeq,
                        account.UserName,
                        account.Name,
                        account.Avatar,
                    }
            )
            .OrderBy(row => row.JoinedAt)
            .ThenBy(row => row.UserId)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(
            PageLimit.Of(
                page,
                rows,
                row => new ConversationMember
                {
                    Person = new Person
                    {
                        Id = new UserId(row.UserId),
                        Handle = row.UserName!,
                        Name = row.Name,
                        Avatar = row.Avatar,
                    },
                    Role = row.Role,
                    ReadSeq = row.ReadSeq,
                    DeliveredSeq = row.DeliveredSeq,
                },
                row => Cursor.Of(row.JoinedAt, row.UserId)
            )
        );
    }
}
