using System.Diagnostics;
using Hongyan.Load.Lean;

namespace Hongyan.Load.Traffic;

/// <summary>
/// Sends at a steady rate, whether acknowledgements come or not. A message's time counts from the moment it was due, so
/// that a stall is seen by every message that had to wait for its end (no coordinated omission).
/// </summary>
internal sealed class Steady(int run, int loopNumber, int windows, double perSecond)
    : TrafficWork(run, loopNumber, windows)
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    public override void Start(LeanLoop loop)
    {
        base.Start(loop);
        loop.SetTimer(TimeSpan.FromSeconds(1 / perSecond));
    }

    public override void Turn(LeanLoop loop)
    {
        while (!IsStopping)
        {
            var due = _startedAt + (long)(Sent.Count * Stopwatch.Frequency / perSecond);
            if (due > Now)
            {
                break;
            }

            // A step that has no common factor with the number of connections visits them all.
            var sender = loop.Connections[(int)(Sent.Count * 7919 % loop.Connections.Count)];
            Send(loop, sender, due);
        }
    }

    public override void Ended(LeanLoop loop) => loop.ClearTimer();
}
