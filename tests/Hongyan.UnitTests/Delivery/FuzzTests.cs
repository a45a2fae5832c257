using System.Diagnostics;
using System.Globalization;
using Hongyan.UnitTests.Documents;

namespace Hongyan.UnitTests.Delivery;

/// <summary>
/// A short run of the fuzzer over everything that reads bytes of strangers: each input of the corpus, then others made
/// from them, guided by coverage. What fails says its seed and where the input is kept; scripts/fuzz goes on for longer.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Runs = 50_000;

    private static readonly string Fuzzer = Path.Combine(Markdown.Root, "tests", "Hongyan.Fuzz");

    public static TheoryData<string> Targets =>
        [.. Directory.EnumerateDirectories(Path.Combine(Fuzzer, "Corpus")).Select(folder => Path.GetFileName(folder))];

    [Theory, MemberData(nameof(Targets))]
    public async Task Reader_OfBytesOfStrangers_HoldsWhateverTheyAre(string target)
    {
        var seed = Random.Shared.Next();
        using var process = Start(target, seed);
        var (printed, errors) = (
            process.StandardOutput.ReadToEndAsync(Stop),
            process.StandardError.ReadToEndAsync(Stop)
        );
        await process.WaitForExitAsync(Stop);

        output.WriteLine(await printed);
        Assert.True(process.ExitCode == 0, $"{target} with seed {seed}: {await printed}{await errors}");
        Assert.Contains($" {Runs} runs ", await printed, StringComparison.Ordinal);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Process Start(string target, int seed)
    {
        // The fuzzer is built beside these tests, in the same configuration.
        var bin = Path.GetRelativePath(
            Path.Combine(Markdown.Root, "tests", "Hongyan.UnitTests"),
            AppContext.BaseDirectory
        );
        string[] arguments =
        [
            Path.Combine(Fuzzer, bin, "Hongyan.Fuzz.dll"),
            "run",
            target,
            "--runs",
            Runs.ToString(CultureInfo.InvariantCulture),
            "--seed",
            seed.ToString(CultureInfo.InvariantCulture),
        ];
        return Process.Start(
            new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
    }
}
