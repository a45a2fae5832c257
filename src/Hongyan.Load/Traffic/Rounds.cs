using Hongyan.Load.Lean;

namespace Hongyan.Load.Traffic;

/// <summary>
/// One device sends to many; a message counts as on its way until all of them have it. Only for a fleet of one loop.
/// </summary>
internal sealed class Rounds(int run, int windows, int inFlight, int deliveriesEach) : TrafficWork(run, 0, windows)
{
    public override void Turn(LeanLoop loop)
    {
        var arrived = Math.Min(Acked, Delivered / deliveriesEach);
        while (!IsStopping && Sent.Count < arrived + inFlight)
        {
            Send(loop, loop.Connections[0], Now);
        }
    }
}
