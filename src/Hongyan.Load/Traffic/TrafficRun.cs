using System.Diagnostics;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;

namespace Hongyan.Load.Traffic;

/// <summary>Drives traffic over a fleet: warms up, measures some windows without a pause, and lets it run dry.</summary>
internal sealed class TrafficRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    private readonly IReadOnlyList<TrafficWork> _works;
    private readonly Func<TimeSpan> _server;

    private TrafficRun(IReadOnlyList<TrafficWork> works, Func<TimeSpan> server) => (_works, _server) = (works, server);

    public IReadOnlyList<Window> Windows { get; private set; } = [];

    /// <summary>Times to acknowledgement, window by window.</summary>
    public IReadOnlyList<Latencies> Latencies { get; private set; } = [];

    public IReadOnlyList<SendLog> Sent => [.. _works.Select(work => work.Sent)];

    /// <summary>Everything that was sent, in and out of windows.</summary>
    public long SentCount => _works.Sum(work => work.Sent.Count);

    public long UnackedCount => SentCount - _works.Sum(work => work.Acked);

    public int WrongAcks => _works.Sum(work => work.WrongAcks);

    public int Resyncs => _works.Sum(work => work.Resyncs);

    public long Parsed => _works.Sum(work => work.Parsed);

    /// <summary>The median over windows of the time that a share of acknowledgements stayed within.</summary>
    public double AckMs(double share) => Latencies.Select(times => times.Percentile(share)).Median();

    /// <summary>Runs it.</summary>
    /// <param name="fleet">The connections.</param>
    /// <param name="newWork">Makes the work of each loop.</param>
    /// <param name="deliveriesOf">How many deliveries so many messages must come to.</param>
    /// <param name="server">The server's processor time.</param>
    /// <param name="sizing">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TrafficRun> RunAsync(
        Fleet fleet,
        Func<int, TrafficWork> newWork,
        Func<long, long> deliveriesOf,
        Func<TimeSpan> server,
        Sizing sizing,
        CancellationToken cancellationToken
    )
    {
        TrafficWork[] works = [.. Enumerable.Range(0, fleet.Loops.Count).Select(newWork)];
        var run = new TrafficRun(works, server);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var turning = fleet.RunAsync(loop => works[loop], failed.Token);
        var driving = run.DriveAsync(deliveriesOf, sizing, failed.Token);
        if (await Task.WhenAny(turning, driving) == turning || driving.IsFaulted)
        {
            // Whatever broke first is what is to be told.
            await failed.CancelAsync();
            await driving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await turning;
        await driving;
        run.Latencies =
        [
            .. Enumerable
                .Range(0, sizing.Windows)
                .Select(window => Merge(works.Select(work => work.LatenciesOf(window)))),
        ];
        return run;
    }

    private async Task DriveAsync(Func<long, long> deliveriesOf, Sizing sizing, CancellationToken cancellationToken)
    {
        await Task.Delay(sizing.WarmUp, cancellationToken);
        var windows = new List<Window>();
        var before = Read();
        for (var window = 0; window < sizing.Windows; window++)
        {
            Each(work => work.Enter(window));
            await Task.Delay(sizing.Window, cancellationToken);
            var after = Read();
            windows.Add(after.Since(before));
            before = after;
        }

        Each(work => work.Enter(-1));
        Each(work => work.Stop());
        var patience = Stopwatch.StartNew();
        while (!_works.All(work => work.IsQuiet) && patience.Elapsed < Patience)
        {
            await Task.Delay(Look, cancellationToken);
        }

        var expected = deliveriesOf(_works.Sum(work => work.Acked));
        while (_works.Sum(work => work.Delivered) < expected && patience.Elapsed < Patience)
        {
            await Task.Delay(Look, cancellationToken);
        }

        Each(work => work.End());
        Windows = windows;
    }

    private void Each(Action<TrafficWork> act)
    {
        foreach (var work in _works)
        {
            act(work);
        }
    }

    private Reading Read() => Reading.Of(_server(), _works.Sum(work => work.Acked), _works.Sum(work => work.Delivered));

    private static Latencies Merge(IEnumerable<Latencies> all)
    {
        var sum = new Latencies();
        foreach (var times in all)
        {
            sum.Add(times);
        }

        return sum;
    }
}
