using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>
/// Exchanges a refresh token for new tokens. A token that was used up before ends the session: two have it, and one of
/// them should not.
/// </summary>
internal static class RefreshSession
{
    public static void MapRefreshSession(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/sessions/refresh", HandleAsync)
            .WithRule(AccessRule.Anonymous)
            .WithName("RefreshSession")
            .WithSummary("Exchanges a refresh token for new tokens.");

    private static async Task<Results<Ok<SignedIn>, ProblemResult>> HandleAsync(
        RefreshRequest? request,
        HttpContext context,
        HongyanDb db,
        RefreshTokens tokens,
        SessionOpening sessions,
        SessionEnding ending,
        ActiveSessions active,
        IOptions<SessionOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var usesCookie = request?.RefreshToken is null;
        var text = request?.RefreshToken ?? RefreshCookie.Read(context.Request);
        var outcome =
            text is not null && tokens.Read(text) is { } token
                ? await RefreshAsync(db, token, options.Value, time.GetUtcNow(), cancellationToken)
                : default;
        if (outcome is { Account: { } account, Session: { } session })
        {
            active.Touch(new SessionId(session.Id));
            return TypedResults.Ok(
                sessions.Answer(context, account, new SessionId(session.Id), session.Generation, usesCookie)
            );
        }

        if (outcome.Ended is { } ended)
        {
            ending.Disconnect(ended);
        }

        if (usesCookie)
        {
            RefreshCookie.Delete(context);
        }

        return Problems.Of(ErrorCode.InvalidRefreshToken);
    }

    private static Task<Outcome> RefreshAsync(
        HongyanDb db,
        RefreshToken token,
        SessionOptions options,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        db.WriteAsync(
            async cancel =>
            {
                var sessions = db.Sessions.Where(row => row.Id == token.Session.Value);
                var nowMs = now.ToUnixTimeMilliseconds();

                // Of several at once with the current token one comes first; the others are judged as retries.
                var rotatedSince = (now - options.Lifetime).ToUnixTimeMilliseconds();
                await sessions
                    .Where(row => row.Generation == token.Generation && row.RotatedAt >= rotatedSince)
                    .ExecuteUpdateAsync(
                        row =>
                            row.SetProperty(value => value.Generation, value => value.Generation + 1)
                                .SetProperty(value => value.RotatedAt, nowMs)
                                .SetProperty(value => value.LastActiveAt, nowMs),
                        cancel
                    );
                if (await sessions.AsNoTracking().SingleOrDefaultAsync(cancel) is not { } session)
                {
                    return default;
                }

                var sinceRotation = TimeSpan.FromMilliseconds(Math.Max(0, nowMs - session.RotatedAt));
                switch (RefreshRules.Judge(token.Generation, session.Generation, sinceRotation, options))
                {
                    case RefreshVerdict.Good:
                        var account = await db
                            .Users.AsNoTracking()
                            .SingleAsync(row => row.Id == session.UserId, cancel);
                        return new Outcome(account, session, null);
                    case RefreshVerdict.Reused:
                        await sessions.ExecuteDeleteAsync(cancel);
                        return new Outcome(null, null, token.Session);
                    default:
                        return default;
                }
            },
            cancellationToken
        );

    private readonly record struct Outcome(Account? Account, SessionRow? Session, SessionId? Ended);
}
