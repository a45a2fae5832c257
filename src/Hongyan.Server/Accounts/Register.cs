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

/// <summary>Makes an account and signs the device in.</summary>
internal static class Register
{
    private const string MePath = "/api/me";

    public static void MapRegister(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/accounts", HandleAsync)
            .WithRule(AccessRule.Anonymous)
            .WithName("Register")
            .WithSummary("Makes an account and signs the device in.");

    private static async Task<Results<Created<SignedIn>, ProblemResult>> HandleAsync(
        RegisterRequest request,
        HttpContext context,
        HongyanDb db,
        UserManager<Account> users,
        PasswordHasher passwords,
        SessionOpening sessions,
        NotesOpening notes,
        RateLimits limits,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (limits.RegistrationPerAddress.Refuse(RateLimits.AddressOf(context)) is { } tooMany)
        {
            return tooMany;
        }

        var handle = HandleRules.Normalize(request.Handle);
        if (!HandleRules.IsAllowed(handle))
        {
            return Problems.Of(ErrorCode.InvalidHandle);
        }

        if (TextRules.Name(request.Name, Limits.NameLength) is not { } name)
        {
            return Problems.Of(ErrorCode.InvalidName);
        }

        if (SessionOpening.Check(request.Device) is not { } device)
        {
            return Problems.InvalidField("device");
        }

        if (!PasswordRules.IsStrong(request.Password, handle, name))
        {
            return Problems.Of(ErrorCode.WeakPassword);
        }

        if (await users.FindByNameAsync(handle) is not null)
        {
            return Problems.Of(ErrorCode.HandleTaken);
        }

        var order = NameOrder.Of(name);
        var account = new Account
        {
            Id = IdGenerator.Draw(),
            UserName = handle,
            Name = name,
            Initial = order.Initial,
            SortKey = order.SortKey,
            PasswordHash = await passwords.HashAsync(request.Password, cancellationToken),
            CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (await CreateAsync(db, users, sessions, account, device, cancellationToken) is not { } session)
        {
            return Problems.Of(ErrorCode.HandleTaken);
        }

        await notes.EnsureAsync(new UserId(account.Id), cancellationToken);
        return TypedResults.Created(
            MePath,
            sessions.Answer(context, account, new SessionId(session.Id), session.Generation, request.UseCookie)
        );
    }

    /// <returns>The account's first session; null when somebody else took the handle first.</returns>
    private static async Task<SessionRow?> CreateAsync(
        HongyanDb db,
        UserManager<Account> users,
        SessionOpening sessions,
        Account account,
        Device device,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await db.WriteAsync<SessionRow?>(
                async token =>
                {
                    var created = await users.CreateAsync(account);
                    if (!created.Succeeded)
                    {
                        return created.Errors.All(error =>
                            error.Code == nameof(IdentityErrorDescriber.DuplicateUserName)
                        )
                            ? null
                            : throw new InvalidOperationException($"The account was refused: {created}");
                    }

                    var session = sessions.Add(account.Id, device);
                    await PersonalLog.AppendAsync(
                        db,
                        [new PersonalKey(account.Id, PersonalKind.Me, account.Id)],
                        token
                    );
                    return session;
                },
                cancellationToken
            );
        }
        catch (DbUpdateException)
        {
            // The unique index decides between two who register the same handle at once.
            db.ChangeTracker.Clear();
            if (await users.FindByNameAsync(account.UserName!) is null)
            {
                throw;
            }

            return null;
        }
    }
}
