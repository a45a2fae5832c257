using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Changes the password and ends every other session.</summary>
internal static class ChangePassword
{
    public static void MapChangePassword(this IEndpointRouteBuilder app) =>
        app.MapPut("/api/me/password", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("ChangePassword")
            .WithSummary("Changes the password and ends every other session.");

    private static async Task<Results<NoContent, ProblemResult>> HandleAsync(
        ChangePasswordRequest request,
        CurrentUser me,
        HongyanDb db,
        PasswordHasher passwords,
        SessionEnding ending,
        RateLimits limits,
        CancellationToken cancellationToken
    )
    {
        if (limits.PasswordChangePerUser.Refuse(me.Id) is { } tooMany)
        {
            return tooMany;
        }

        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == me.Id.Value, cancellationToken);
        var verdict = await passwords.VerifyAsync(account.PasswordHash, request.Current, cancellationToken);
        if (verdict == PasswordVerificationResult.Failed)
        {
            return Problems.Of(ErrorCode.WrongPassword);
        }

        if (!PasswordRules.IsStrong(request.Next, account.UserName!, account.Name))
        {
            return Problems.Of(ErrorCode.WeakPassword);
        }

        var next = await passwords.HashAsync(request.Next, cancellationToken);
        var ended = await ReplaceAsync(db, ending, me, account.PasswordHash!, next, cancellationToken);
        if (ended is null)
        {
            return Problems.Of(ErrorCode.WrongPassword);
        }

        foreach (var session in ended)
        {
            ending.Disconnect(session);
        }

        return TypedResults.NoContent();
    }

    /// <returns>The sessions that ended; null when the password was changed since it was compared.</returns>
    private static Task<IReadOnlyList<SessionId>?> ReplaceAsync(
        HongyanDb db,
        SessionEnding ending,
        CurrentUser me,
        string current,
        string next,
        CancellationToken cancellationToken
    ) =>
        db.WriteAsync<IReadOnlyList<SessionId>?>(
            async token =>
            {
                var stamp = Guid.NewGuid().ToString();
                var changed = await db
                    .Users.Where(row => row.Id == me.Id.Value && row.PasswordHash == current)
                    .ExecuteUpdateAsync(
                        row =>
                            row.SetProperty(value => value.PasswordHash, next)
                                .SetProperty(value => value.SecurityStamp, stamp),
                        token
                    );
                return changed == 1 ? await ending.RemoveOthersAsync(me.Id, me.Session, token) : null;
            },
            cancellationToken
        );
}
