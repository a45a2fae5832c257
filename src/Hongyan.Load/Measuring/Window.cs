using System.Diagnostics;

namespace Hongyan.Load.Measuring;

/// <summary>What was counted between two moments.</summary>
/// <param name="Seconds">How long it was.</param>
/// <param name="Acked">Messages acknowledged in it.</param>
/// <param name="Delivered">Messages pushed to devices in it.</param>
/// <param name="Server">Processor time of the server, with its database.</param>
/// <param name="Client">Processor time of the load generator.</param>
/// <param name="OthersShare">The share of the machine's processor time that went to anybody else, 0 to 1.</param>
internal sealed record Window(
    double Seconds,
    long Acked,
    long Delivered,
    TimeSpan Server,
    TimeSpan Client,
    double OthersShare
)
{
    public double MessagesPerSecond => Acked / Seconds;

    public double DeliveriesPerSecond => Delivered / Seconds;

    /// <summary>The median of what is asked of each.</summary>
    public static double Median(IEnumerable<Window> windows, Func<Window, double> figure) =>
        windows.Select(figure).Median();
}

/// <summary>What stands on the counters at one moment.</summary>
internal sealed record Reading(
    TimeSpan At,
    long Acked,
    long Delivered,
    TimeSpan Server,
    TimeSpan Client,
    TimeSpan Machine
)
{
    /// <summary>Now, with nothing counted but processor time.</summary>
    public static Reading Of(TimeSpan server, long acked = 0, long delivered = 0) =>
        new(
            Stopwatch.GetElapsedTime(0),
            acked,
            delivered,
            server,
            ProcessorTimes.OfThisProcess,
            ProcessorTimes.OfMachine
        );

    /// <summary>What was counted since an earlier one.</summary>
    public Window Since(Reading earlier)
    {
        var seconds = (At - earlier.At).TotalSeconds;
        var (server, client) = (Server - earlier.Server, Client - earlier.Client);
        var others = (Machine - earlier.Machine - server - client) / (seconds * Environment.ProcessorCount);
        return new Window(
            seconds,
            Acked - earlier.Acked,
            Delivered - earlier.Delivered,
            server,
            client,
            Math.Max(0, others.TotalSeconds)
        );
    }
}
