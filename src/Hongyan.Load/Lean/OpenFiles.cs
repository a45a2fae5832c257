using System.Globalization;

namespace Hongyan.Load.Lean;

/// <summary>How many files a process may have open, sockets among them (proc(5), <c>limits</c>).</summary>
internal static class OpenFiles
{
    /// <summary>What a process needs besides its connections.</summary>
    private const int Others = 512;

    /// <summary>Makes sure that so many connections can be open at once; the server is under the same limit.</summary>
    /// <exception cref="InvalidOperationException">They cannot.</exception>
    public static void Need(int connections)
    {
        // .NET raises the soft limit to the hard one by itself.
        var line = File.ReadLines("/proc/self/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (long.TryParse(hard, CultureInfo.InvariantCulture, out var limit) && limit < connections + Others)
        {
            throw new InvalidOperationException(
                $"{connections} connections need {connections + Others} open files a process, and {limit} are allowed: raise the limit (ulimit -Hn)."
            );
        }
    }
}
