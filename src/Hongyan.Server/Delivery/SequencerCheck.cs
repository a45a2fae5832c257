using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Whether messages are taken: not before the slots are held, nor after they were given up or taken away, nor while the
/// store takes no writes.
/// </summary>
internal sealed class SequencerCheck(Sequencer sequencer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            !sequencer.IsReady ? HealthCheckResult.Unhealthy("The message path takes nothing.")
            : sequencer.Failure is { } failure ? HealthCheckResult.Unhealthy(failure)
            : HealthCheckResult.Healthy()
        );
}
