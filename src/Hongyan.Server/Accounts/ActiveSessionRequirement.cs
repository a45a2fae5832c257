using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Hongyan.Server.Accounts;

/// <summary>That the session of the access token has not ended since the token was made.</summary>
internal sealed class ActiveSessionRequirement : IAuthorizationRequirement;

/// <summary>Checks <see cref="ActiveSessionRequirement"/>.</summary>
internal sealed class ActiveSessionHandler(ActiveSessions active) : AuthorizationHandler<ActiveSessionRequirement>
{
    protected override async Task HandleRequirementAsync(
        AuthorizationHandlerContext context,
        ActiveSessionRequirement requirement
    )
    {
        var aborted = (context.Resource as HttpContext)?.RequestAborted ?? CancellationToken.None;
        if (CurrentUser.Of(context.User) is { } user && await active.IsActiveAsync(user.Session, aborted))
        {
            context.Succeed(requirement);
        }
    }
}

/// <summary>Answers for an ended session with a code of its own: such a client has to sign in, not to refresh.</summary>
internal sealed class EndedSessionResult : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    ) =>
        authorizeResult.Forbidden
        && authorizeResult.AuthorizationFailure?.FailedRequirements.OfType<ActiveSessionRequirement>().Any() == true
            ? Problems.Of(ErrorCode.SessionRevoked).ExecuteAsync(context)
            : _default.HandleAsync(next, context, policy, authorizeResult);
}
