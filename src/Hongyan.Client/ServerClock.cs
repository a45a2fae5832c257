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

    /// <summary>Learns from an answer; one that agrees within its precision teaches nothing.</summary>
    internal void Learn(long serverNowMs, long precisionMs)
    {
        var offset = serverNowMs - time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Math.Abs(offset - Interlocked.Read(ref _offsetMs)) > precisionMs)
        {
            Interlocked.Exchange(ref _offsetMs, offset);
        }
    }
}
