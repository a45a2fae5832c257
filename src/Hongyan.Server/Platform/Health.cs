using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hongyan.Server.Platform;

/// <summary>
/// Whether the process lives, and whether it should be sent requests. What a request needs adds its own check where it is
/// set up.
/// </summary>
internal static class Health
{
    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<StoppingCheck>("stopping");

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false })
            .WithRule(AccessRule.Anonymous);
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteReasonsAsync })
            .WithRule(AccessRule.Anonymous);
    }

    /// <summary>One word, as the framework does, and then a line for each thing that is amiss.</summary>
    private static Task WriteReasonsAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var reasons = report
            .Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description ?? "It fails."}");
        return context.Response.WriteAsync(string.Join('\n', reasons.Prepend(report.Status.ToString())));
    }

    private sealed class StoppingCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context,
            CancellationToken cancellationToken = default
        ) =>
            Task.FromResult(
                lifetime.ApplicationStopping.IsCancellationRequested
                    ? HealthCheckResult.Unhealthy("The server is stopping.")
                    : HealthCheckResult.Healthy()
            );
    }
}
