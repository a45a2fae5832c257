using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Hongyan.Fuzz;

/// <summary>
/// Fuzzes each target in a process of its own, so that one that dies or does not come to an end is a failure like others,
/// and its input is kept.
/// </summary>
internal static class Supervisor
{
    /// <summary>How a child ends when something did not hold, and it has said so.</summary>
    public const int Failed = 1;

    /// <summary>How a child ends when an input did not come to an end.</summary>
    public const int Hung = 70;

    private const string Child = "child";

    /// <returns>The exit code: 0 when every target passed.</returns>
    public static int Run(Folders folders, IReadOnlyCollection<string> targets, FuzzOptions options)
    {
        var program = Directory.CreateTempSubdirectory("hongyan-fuzz-").FullName;
        try
        {
            var copy = Instrumentation.Copy(program);
            var passed = targets.Count(target => IsPassed(folders, copy, target, options));
            Console.WriteLine($"{passed} passed, {targets.Count - passed} failed");
            return passed == targets.Count ? 0 : Failed;
        }
        finally
        {
            Directory.Delete(program, recursive: true);
        }
    }

    /// <summary>What a child runs.</summary>
    public static Command ChildCommand(Argument<string> target)
    {
        var corpus = new Argument<string>("corpus");
        var failures = new Argument<string>("failures");
        var ticks = new Argument<long>("ticks");
        var runs = new Argument<long>("runs");
        var seed = new Argument<int>("seed");
        var use = new Argument<CorpusUse>("use");
        var command = new Command(Child) { target, corpus, failures, ticks, runs, seed, use };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var name = result.GetValue(target)!;
            var folders = new Folders(result.GetValue(corpus)!, result.GetValue(failures)!);
            var options = new FuzzOptions(
                TimeSpan.FromTicks(result.GetValue(ticks)),
                result.GetValue(runs),
                result.GetValue(seed),
                result.GetValue(use)
            );
            using var current = new CurrentInput(CurrentOf(folders, name));
            return new FuzzSession(Target.Of(name), folders, options, current).Run() ? 0 : Failed;
        });
        return command;
    }

    private static bool IsPassed(Folders folders, string program, string target, FuzzOptions options)
    {
        Directory.CreateDirectory(folders.Failures);
        string[] arguments =
        [
            program,
            Child,
            target,
            folders.Corpus,
            folders.Failures,
            options.Time.Ticks.ToString(CultureInfo.InvariantCulture),
            options.Runs.ToString(CultureInfo.InvariantCulture),
            options.Seed.ToString(CultureInfo.InvariantCulture),
            options.Corpus.ToString(),
        ];
        using var process = Process.Start("dotnet", arguments);
        process.WaitForExit();
        if (process.ExitCode is not (0 or Failed))
        {
            var what = process.ExitCode == Hung ? "did not come to an end" : $"died with {process.ExitCode}";
            Failure.Keep(folders, target, CurrentInput.Read(CurrentOf(folders, target)), options.Seed, what);
        }

        File.Delete(CurrentOf(folders, target));
        return process.ExitCode == 0;
    }

    private static string CurrentOf(Folders folders, string target) =>
        Path.Combine(folders.Failures, $"{target}.current");
}
