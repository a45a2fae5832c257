namespace Hongyan.Server.Platform;

/// <summary>Puts rules on endpoints, and refuses to start with an endpoint that has none.</summary>
internal static class AccessRules
{
    /// <summary>
    /// Says who may use the endpoint. Whether somebody is signed in is decided here; the rest of the rule the endpoint
    /// carries out itself, on the data it has loaded.
    /// </summary>
    public static TBuilder WithRule<TBuilder>(this TBuilder builder, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.WithMetadata(new AccessRuleMetadata(rule));
        return rule is AccessRule.Anonymous or AccessRule.Operator
            ? builder.AllowAnonymous()
            : builder.RequireAuthorization();
    }

    /// <summary>The endpoints of the interface that have no rule.</summary>
    public static IReadOnlyList<string> Missing(IEnumerable<Endpoint> endpoints) =>
        [
            .. endpoints
                .OfType<RouteEndpoint>()
                .Where(endpoint => IsInterface(endpoint) && endpoint.Metadata.GetMetadata<AccessRuleMetadata>() is null)
                .Select(endpoint => endpoint.DisplayName ?? endpoint.RoutePattern.RawText ?? "unnamed"),
        ];

    private static bool IsInterface(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.PathSegments
            is [{ Parts: [Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart first] }, ..]
        && first.Content is "api" or "ws";
}

/// <summary>The rule of an endpoint.</summary>
internal sealed record AccessRuleMetadata(AccessRule Rule);

/// <summary>Fails the start of a server that would serve an endpoint without a rule.</summary>
internal sealed class AccessRuleCheck(EndpointDataSource endpoints) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var missing = AccessRules.Missing(endpoints.Endpoints);
        return missing.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"Endpoints without an access rule: {string.Join(", ", missing)}");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
