using System.Globalization;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Places where a test ends the process as a power cut would. Without the environment variable
/// <c>HONGYAN_FAULT=name:count</c> a place costs one comparison; with it, the process is killed when the place of that
/// name is reached for the count-th time.
/// </summary>
internal static class FaultPoint
{
    private static readonly string? Name;
    private static int s_left;

    static FaultPoint()
    {
        if (Environment.GetEnvironmentVariable("HONGYAN_FAULT")?.Split(':') is [var name, var count])
        {
            Name = name;
            s_left = int.Parse(count, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The process is at a place.</summary>
    public static void Reach(string name)
    {
        if (Name is not null && name == Name && Interlocked.Decrement(ref s_left) == 0)
        {
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        }
    }
}
