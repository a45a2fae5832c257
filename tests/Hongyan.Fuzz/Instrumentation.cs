using SharpFuzz;

namespace Hongyan.Fuzz;

/// <summary>Makes a copy of this program whose parsers tell where they go. The built one stays as it is.</summary>
internal static class Instrumentation
{
    private const string Server = "Hongyan.Server.dll";

    private static readonly string[] Types =
    [
        "Hongyan.Server.Delivery.Gateway.Framing.",
        "Hongyan.Server.Delivery.Gateway.UpgradeRequest",
        "Hongyan.Server.Delivery.Gateway.FrameReader",
        "Hongyan.Server.Delivery.Gateway.SendReader",
        "Hongyan.Server.Delivery.Log.LogFrame",
        "Hongyan.Server.Delivery.Log.LogSegment",
    ];

    /// <returns>The program in the copy.</returns>
    public static string Copy(string folder)
    {
        var source = AppContext.BaseDirectory;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        Fuzzer.Instrument(
            Path.Combine(folder, Server),
            type => Types.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal)),
            Options.Value
        );
        return Path.Combine(folder, "Hongyan.Fuzz.dll");
    }
}
