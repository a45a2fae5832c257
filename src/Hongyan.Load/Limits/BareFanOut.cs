using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;
using Hongyan.Load.Traffic;

namespace Hongyan.Load.Limits;

/// <summary>How fast bare <c>send()</c> reaches many loopback sockets, received by the same client as the real thing.</summary>
internal static class BareFanOut
{
    private const int Run = 0xBA;

    /// <summary>Measures with one writing thread and with two, and takes the better.</summary>
    /// <param name="connections">How many sockets, the one that sends included.</param>
    /// <param name="inFlight">Requests on their way at once.</param>
    /// <param name="framesPerWrite">Message frames in each <c>send()</c>.</param>
    /// <param name="sizing">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Message frames a second.</returns>
    public static async Task<double> MeasureAsync(
        int connections,
        int inFlight,
        int framesPerWrite,
        Sizing sizing,
        CancellationToken cancellationToken
    )
    {
        var best = 0.0;
        for (var threads = 1; threads <= sizing.BareThreads; threads++)
        {
            best = Math.Max(
                best,
                await MeasureAsync(connections, inFlight, framesPerWrite, threads, sizing, cancellationToken)
            );
        }

        return best;
    }

    private static async Task<double> MeasureAsync(
        int connections,
        int inFlight,
        int framesPerWrite,
        int threads,
        Sizing sizing,
        CancellationToken cancellationToken
    )
    {
        var template = new SendTemplate(BareServer.Conversation, Run, 0);
        await using var server = await BareProcess.StartAsync(
            new BareOptions(connections, threads, framesPerWrite, template.FrameLength),
            cancellationToken
        );
        using var fleet = Fleet.ConnectBare(server.Address, connections);
        foreach (var connection in fleet.Connections)
        {
            connection.Conversation = BareServer.Conversation;
            connection.Order = connection.Index == 0 ? null : new ReceivedOrder(BareServer.FirstPts);
        }

        fleet[0].Template = template;
        var deliveries = (connections - 1) * framesPerWrite;
        var run = await TrafficRun.RunAsync(
            fleet,
            _ => new Rounds(Run, sizing.Windows, inFlight, deliveries),
            acked => acked * deliveries,
            () => server.ProcessorTime,
            sizing,
            cancellationToken
        );
        return Window.Median(run.Windows, window => window.DeliveriesPerSecond);
    }
}
