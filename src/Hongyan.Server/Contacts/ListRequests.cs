using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>The requests one has sent and received, the newest first.</summary>
internal static class ListRequests
{
    public static void MapListRequests(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/contact-requests", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("ListContactRequests")
            .WithSummary("The requests one has sent and received, the newest first.");

    private static async Task<Results<Ok<Page<ContactRequest>>, ProblemResult>> HandleAsync(
        CurrentUser me,
        HongyanDb db,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (!PageLimit.TryRead(limit, out var count))
        {
            return Problems.InvalidField(nameof(limit));
        }

        var requests = RequestReader.Of(db, me.Id);
        if (after is not null)
        {
            if (!Cursor.TryRead(after, 2, out long[] key))
            {
                return Problems.InvalidField(nameof(after));
            }

            var (sentAt, id) = (key[0], key[1]);
            requests = requests.Where(request =>
                request.SentAt < sentAt || (request.SentAt == sentAt && request.Id < id)
            );
        }

        var rows = await requests
            .OrderByDescending(request => request.SentAt)
            .ThenByDescending(request => request.Id)
            .Take(count + 1)
            .ToListAsync(cancellationToken);
        var shown = await RequestReader.RenderAsync(db, me.Id, rows, cancellationToken);
        return TypedResults.Ok(
            PageLimit.Of(shown, count, request => request, request => Cursor.Of(request.SentAt, request.Id.Value))
        );
    }
}
