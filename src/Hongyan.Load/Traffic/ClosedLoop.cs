using Hongyan.Load.Lean;

namespace Hongyan.Load.Traffic;

/// <summary>Each sender keeps a number of messages on their way: the next goes out when one is acknowledged.</summary>
internal sealed class ClosedLoop(int run, int loopNumber, int windows, int inFlightEach)
    : TrafficWork(run, loopNumber, windows)
{
    public override void Start(LeanLoop loop)
    {
        base.Start(loop);
        foreach (var connection in loop.Connections)
        {
            for (var i = 0; i < inFlightEach && connection.Template is not null; i++)
            {
                Send(loop, connection, Now);
            }
        }
    }

    protected override void Acknowledged(LeanLoop loop, LeanConnection connection)
    {
        if (!IsStopping)
        {
            Send(loop, connection, Now);
        }
    }
}
