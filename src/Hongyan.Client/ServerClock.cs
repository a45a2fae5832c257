namespace Hongyan.Client;

/// <summary>
/// The server's clock as far as this device knows it. Client ids carry the time; ids on the server's time are
/// recognized without a query, however wrong the device's own clock is.
/// </summary>
/// <param name="time">The device's clock.</param>
public sealed class ServerClock(TimeProvider time)
{
    private long _offsetMs;

    /// <summary>The server's time, to about half a round trip; the device's own before the first answer.</summary>
    public DateTimeOffset Now => time.GetUtcNow().AddMilliseconds(Interlocked.Read(ref _offsetMs));

    /// <summary>A new client id: a UUID version 7.</summary>
    public Guid NewId() => Guid.CreateVersion7(Now);

    internal void Learn(long serverNowMs) =>
        Interlocked.Exchange(ref _offsetMs, serverNowMs - time.GetUtcNow().ToUnixTimeMilliseconds());
}
