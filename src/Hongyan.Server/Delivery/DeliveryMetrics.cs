using System.Diagnostics.Metrics;

namespace Hongyan.Server.Delivery;

/// <summary>What the message path counts.</summary>
internal sealed class DeliveryMetrics : IDisposable
{
    private readonly Meter _meter;

    public DeliveryMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Hongyan");
        Messages = _meter.CreateCounter<long>("hongyan.messages", description: "Messages made durable");
        Commits = _meter.CreateCounter<long>("hongyan.commits", description: "Group commits");
        CommitFailures = _meter.CreateCounter<long>(
            "hongyan.commit.failures",
            description: "Group commits that failed"
        );
        CommitSeconds = _meter.CreateHistogram<double>("hongyan.commit.duration", "s", "Time of a group commit");
        BatchSize = _meter.CreateHistogram<int>("hongyan.commit.size", description: "Writes in a group commit");
        Deliveries = _meter.CreateCounter<long>("hongyan.deliveries", description: "Messages queued for a session");
        Resyncs = _meter.CreateCounter<long>("hongyan.resyncs", description: "Sessions told to resync");
    }

    public Counter<long> Messages { get; }
    public Counter<long> Commits { get; }
    public Counter<long> CommitFailures { get; }
    public Histogram<double> CommitSeconds { get; }
    public Histogram<int> BatchSize { get; }
    public Counter<long> Deliveries { get; }
    public Counter<long> Resyncs { get; }

    /// <summary>Reports how many sessions are connected, whenever somebody asks.</summary>
    public void ObserveSessions(Func<int> count) =>
        _meter.CreateObservableUpDownCounter("hongyan.sessions", count, description: "Sessions connected");

    public void Dispose() => _meter.Dispose();
}
