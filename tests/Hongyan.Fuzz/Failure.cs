using System.Security.Cryptography;

namespace Hongyan.Fuzz;

/// <summary>Inputs that failed.</summary>
internal static class Failure
{
    /// <summary>Keeps the input, and says how to run it again.</summary>
    public static void Keep(Folders folders, string target, byte[] input, int seed, string what)
    {
        var file = Path.Combine(folders.Failures, $"{target}-{NameOf(input)}");
        File.WriteAllBytes(file, input);
        Console.WriteLine(
            $"""
            {target}: FAILED with seed {seed}: {what}
            {target}: to reproduce: scripts/fuzz reproduce {target} {file}
            """
        );
    }

    /// <summary>A name that tells inputs apart.</summary>
    public static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 8));
}
