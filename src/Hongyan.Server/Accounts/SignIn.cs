using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Signs a device in. An unknown handle and a wrong password get the same answer after the same work.</summary>
internal static class SignIn
{
    public static void MapSignIn(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/sessions", HandleAsync)
            .WithRule(AccessRule.Anonymous)
            .WithName("SignIn")
            .WithSummary("Signs a device in.");

    private static async Task<Results<Ok<SignedIn>, ProblemResult>> HandleAsync(
        SignInRequest request,
        HttpContext context,
        HongyanDb db,
        PasswordHasher passwords,
        SessionOpening sessions,
        SessionEnding ending,
        NotesOpening notes,
        RateLimits limits,
        CancellationToken cancellationToken
    )
    {
        if (SessionOpening.Check(request.Device) is not { } device)
        {
            return Problems.InvalidField("device");
        }

        if (limits.SignInPerAddress.Refuse(RateLimits.AddressOf(context)) is { } tooManyFromThere)
        {
            return tooManyFromThere;
        }

        var handle = HandleRules.Normalize(request.Handle);
        if (!HandleRules.IsWellFormed(handle) || request.Password.Length > Limits.PasswordMaxLength)
        {
            // Nobody can have these; the rules are public, so answering at once tells nothing.
            return Problems.Of(ErrorCode.InvalidCredentials);
        }

        if (limits.SignInPerHandle.Refuse(handle) is { } tooManyForIt)
        {
            return tooManyForIt;
        }

        var account = await FindAsync(db, handle, cancellationToken);
        var hash = account?.PasswordHash;
        var verdict = await passwords.VerifyAsync(hash, request.Password, cancellationToken);
        if (account is null || hash is null || verdict == PasswordVerificationResult.Failed)
        {
            return Problems.Of(ErrorCode.InvalidCredentials);
        }

        var renewed =
            verdict == PasswordVerificationResult.SuccessRehashNeeded
                ? await passwords.HashAsync(request.Password, cancellationToken)
                : hash;
        var (session, ended) = await OpenAsync(
            db,
            sessions,
            ending,
            account.Id,
            hash,
            renewed,
            device,
            cancellationToken
        );
        foreach (var old in ended)
        {
            ending.Disconnect(old);
        }

        if (session is null)
        {
            return Problems.Of(ErrorCode.InvalidCredentials);
        }

        await notes.EnsureAsync(new UserId(account.Id), cancellationToken);
        return TypedResults.Ok(
            sessions.Answer(context, account, new SessionId(session.Id), session.Generation, request.UseCookie)
        );
    }

    private static Task<Account?> FindAsync(HongyanDb db, string handle, CancellationToken cancellationToken)
    {
        var normalized = handle.ToUpperInvariant();
        return db
            .Users.AsNoTracking()
            .SingleOrDefaultAsync(account => account.NormalizedUserName == normalized, cancellationToken);
    }

    /// <returns>The session, null when the password was changed since it was compared; and those that had to make room.</returns>
    private static Task<(SessionRow? Session, IReadOnlyList<SessionId> Ended)> OpenAsync(
        HongyanDb db,
        SessionOpening sessions,
        SessionEnding ending,
        long account,
        string hash,
        string renewed,
        Device device,
        CancellationToken cancellationToken
    ) =>
        db.WriteAsync<(SessionRow?, IReadOnlyList<SessionId>)>(
            async token =>
            {
                // Holds the account's row: a change of password either ends this session too, or makes it fail here.
                var held = await db
                    .Users.Where(row => row.Id == account && row.PasswordHash == hash)
                    .ExecuteUpdateAsync(row => row.SetProperty(value => value.PasswordHash, renewed), token);
                if (held != 1)
                {
                    return (null, []);
                }

                var ended = await ending.RemoveBeyondAsync(account, Limits.Sessions - 1, token);
                return (sessions.Add(account, device), ended);
            },
            cancellationToken
        );
}
