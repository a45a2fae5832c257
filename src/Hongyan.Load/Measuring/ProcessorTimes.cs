using System.Globalization;

namespace Hongyan.Load.Measuring;

/// <summary>
/// Processor time as Linux counts it (proc(5)), in its ticks of 10 ms: of single processes, of the machine, and of this
/// process.
/// </summary>
internal static class ProcessorTimes
{
    private const int TicksPerSecond = 100; // USER_HZ
    private const int ParentField = 1;
    private const int UserField = 11;
    private const int SystemField = 12;

    /// <summary>Everything a process has used; zero when it is gone.</summary>
    public static TimeSpan Of(int process) =>
        Fields(process) is { } fields ? Ticks(fields[UserField], fields[SystemField]) : TimeSpan.Zero;

    /// <summary>Everything a process and its children have used, those included that have ended and been waited for.</summary>
    public static TimeSpan OfFamily(int parent)
    {
        if (Fields(parent) is not { } own)
        {
            return TimeSpan.Zero;
        }

        var sum = Ticks(own[UserField], own[SystemField], own[SystemField + 1], own[SystemField + 2]);
        foreach (var (_, fields) in ChildrenOf(parent))
        {
            sum += Ticks(fields[UserField], fields[SystemField]);
        }

        return sum;
    }

    /// <summary>A process and its children.</summary>
    public static IReadOnlyList<int> FamilyOf(int parent) =>
        [parent, .. ChildrenOf(parent).Select(child => child.Process)];

    /// <summary>Everything this process has used.</summary>
    public static TimeSpan OfThisProcess => Environment.CpuUsage.TotalTime;

    /// <summary>Everything the processes that this one started have used, ended ones included.</summary>
    public static TimeSpan OfChildren => OfFamily(Environment.ProcessId) - OfThisProcess;

    /// <summary>Everything the machine's processors were busy with, whoever for; a guest's stolen time counts as busy.</summary>
    public static TimeSpan OfMachine
    {
        get
        {
            var line = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);

            // user nice system idle iowait irq softirq steal; guest time is in user already.
            return Ticks(line[1], line[2], line[3], line[6], line[7], line[8]);
        }
    }

    /// <summary>The fields after the name, which may itself hold spaces and brackets; null when there is no such process.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<(int Process, string[] Fields)> ChildrenOf(int parent)
    {
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var process)
                && Fields(process) is { } fields
                && int.Parse(fields[ParentField], CultureInfo.InvariantCulture) == parent
            )
            {
                yield return (process, fields);
            }
        }
    }

    private static TimeSpan Ticks(params ReadOnlySpan<string> ticks)
    {
        var sum = 0L;
        foreach (var count in ticks)
        {
            sum += long.Parse(count, CultureInfo.InvariantCulture);
        }

        return TimeSpan.FromSeconds((double)sum / TicksPerSecond);
    }
}
