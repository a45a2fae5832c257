using System.Diagnostics;
using System.Globalization;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Places where a test makes things go wrong. Without the environment variable <c>HONGYAN_FAULT</c> a place costs one
/// comparison. With <c>name:count</c> the process is killed, as by a power cut, when the place of that name is reached for
/// the count-th time; with <c>name:count:times</c> the place fails that many times, as a disk does, and works after.
/// </summary>
internal static class FaultPoint
{
    private static readonly string? Name;
    private static readonly int First;
    private static readonly int Times;
    private static int s_reached;

    static FaultPoint()
    {
        if (Environment.GetEnvironmentVariable("HONGYAN_FAULT")?.Split(':') is [var name, var first, .. var rest])
        {
            Name = name;
            First = int.Parse(first, CultureInfo.InvariantCulture);
            Times = rest is [var times] ? int.Parse(times, CultureInfo.InvariantCulture) : 0;
        }
    }

    /// <summary>The process is at a place.</summary>
    /// <exception cref="IOException">The place is told to fail.</exception>
    public static void Reach(string name)
    {
        if (Name is null || name != Name)
        {
            return;
        }

        var reached = Interlocked.Increment(ref s_reached);
        if (Times == 0 && reached == First)
        {
            Process.GetCurrentProcess().Kill();
        }
        else if (reached >= First && reached < First + Times)
        {
            throw new IOException($"A test makes {name} fail.");
        }
    }
}
