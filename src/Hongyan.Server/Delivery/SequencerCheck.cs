using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hongyan.Server.Delivery;

/// <summary>Whether messages are taken: not before the slots are held, nor after they were given up or taken away.</summary>
internal sealed class SequencerCheck(Sequencer sequencer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            sequencer.IsReady
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The message path takes nothing.")
        );
}
