using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hongyan.Server.Storage;

/// <summary>Whether the database answers, and soon.</summary>
internal sealed class StoreCheck(IDbContextFactory<HongyanDb> contexts) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly HealthCheckResult Away = HealthCheckResult.Unhealthy("The store does not answer.");

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await CanConnectAsync().WaitAsync(Patience, cancellationToken) ? HealthCheckResult.Healthy() : Away;
        }
        catch (TimeoutException)
        {
            return Away;
        }
    }

    /// <summary>Goes on by itself: with a database that hangs, even giving up can take half a minute.</summary>
    private async Task<bool> CanConnectAsync()
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        return await db.Database.CanConnectAsync(CancellationToken.None);
    }
}
