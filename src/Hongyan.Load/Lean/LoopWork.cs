namespace Hongyan.Load.Lean;

/// <summary>What a <see cref="LeanLoop"/> does with its connections. All calls come from the loop's own thread.</summary>
internal abstract class LoopWork
{
    /// <summary>How long the loop sleeps at most when nothing happens.</summary>
    public virtual int TimeoutMs => 20;

    /// <summary>Asked after each turn.</summary>
    public abstract bool IsDone { get; }

    /// <summary>The loop begins.</summary>
    public virtual void Start(LeanLoop loop) { }

    /// <summary>A text message has come: one frame, or an array of them.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="connection">From where.</param>
    /// <param name="payload">Good only during the call.</param>
    /// <param name="now">When it was read, as <see cref="System.Diagnostics.Stopwatch"/> counts.</param>
    public abstract void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now);

    /// <summary>All that had come is handled; what is written now goes out with it.</summary>
    public virtual void Turn(LeanLoop loop) { }

    /// <summary>The loop has turned for the last time.</summary>
    public virtual void Ended(LeanLoop loop) { }

    /// <summary>A connection has ended.</summary>
    public virtual void Closed(LeanLoop loop, LeanConnection connection) =>
        throw new IOException(
            $"The server closed connection {connection.Index} with {connection.CloseCode} while it was {connection.State}."
        );
}
