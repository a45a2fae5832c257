using System.Diagnostics;

namespace Hongyan.Load.Lean;

/// <summary>Looks for a moment which connections have closed.</summary>
internal sealed class Watching : LoopWork
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    public override bool IsDone => Stopwatch.GetElapsedTime(_startedAt) > Moment;

    public override void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now) { }

    public override void Closed(LeanLoop loop, LeanConnection connection) { }
}
