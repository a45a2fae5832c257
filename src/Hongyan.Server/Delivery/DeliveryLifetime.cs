using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Starts the message path before the server listens, and stops it in the order that keeps the promise: take nothing
/// more, commit what waits, tell those who wait, then close the sockets.
/// </summary>
internal sealed class DeliveryLifetime(Sequencer sequencer, SocketGateway gateway, TimeProvider time)
    : IHostedLifecycleService,
        IDisposable
{
    private static readonly TimeSpan SilenceCheck = TimeSpan.FromSeconds(5);
    private ITimer? _timer;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await sequencer.StartAsync($"{Environment.MachineName}:{Environment.ProcessId}", cancellationToken);
        _timer = time.CreateTimer(_ => gateway.CloseSilent(), null, SilenceCheck, SilenceCheck);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await sequencer.StopAsync();
        await gateway.StopAsync();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _timer?.Dispose();
}
