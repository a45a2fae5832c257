using System.Diagnostics;
using System.Globalization;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Places where a test makes things go wrong. Without the environment variable <c>HONGYAN_FAULT</c> a place costs one
/// comparison. With <c>name:count</c> the process is killed, as by a power cut, when the place of that name is reached for
/// the count-th time. With <c>name:path</c> the place fails, as a disk does, while there is a file at that absolute path.
/// </summary>
internal static class FaultPoint
{
    private static readonly string? Name;
    private static readonly string? Path;
    private static int s_left;

    static FaultPoint()
    {
        if (Environment.GetEnvironmentVariable("HONGYAN_FAULT")?.Split(':') is [var name, var when])
        {
            Name = name;
            Path = when.StartsWith('/') ? when : null;
            s_left = Path is null ? int.Parse(when, CultureInfo.InvariantCulture) : 0;
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

        if (Path is not null && File.Exists(Path))
        {
            throw new IOException($"A test makes {name} fail.");
        }

        if (Path is null && Interlocked.Decrement(ref s_left) == 0)
        {
            Process.GetCurrentProcess().Kill();
        }
    }
}
