using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>One's signed-in devices, the latest to sign in first.</summary>
internal static class ListSessions
{
    public static void MapListSessions(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/sessions", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("ListSessions")
            .WithSummary("One's signed-in devices, the latest to sign in first.");

    private static async Task<Results<Ok<Page<SessionInfo>>, ProblemResult>> HandleAsync(
        CurrentUser me,
        HongyanDb db,
        ActiveSessions active,
        IOptions<SessionOptions> options,
        TimeProvider time,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (!PageLimit.TryRead(limit, out var rows))
        {
            return Problems.InvalidField(nameof(limit));
        }

        var before = long.MaxValue;
        if (after is not null)
        {
            if (!Cursor.TryRead(after, 1, out long[] key))
            {
                return Problems.InvalidField(nameof(after));
            }

            before = key[0];
        }

        var usedSince = (time.GetUtcNow() - options.Value.Lifetime).ToUnixTimeMilliseconds();
        var sessions = await db
            .Sessions.AsNoTracking()
            .Where(row => row.UserId == me.Id.Value && row.Id < before && row.RotatedAt > usedSince)
            .OrderByDescending(row => row.Id)
            .Take(rows + 1)
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(
            PageLimit.Of(sessions, rows, row => ToInfo(row, me.Session, active), row => Cursor.Of(row.Id))
        );
    }

    private static SessionInfo ToInfo(SessionRow row, SessionId current, ActiveSessions active)
    {
        var id = new SessionId(row.Id);
        return new SessionInfo
        {
            Id = id,
            Device = new Device(row.DeviceName, row.DeviceKind),
            SignedInAt = row.SignedInAt,
            LastActiveAt = Math.Max(row.LastActiveAt, active.LastSeen(id) ?? 0),
            IsCurrent = id == current,
        };
    }
}
