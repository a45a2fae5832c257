using System.Diagnostics;

namespace Hongyan.Fuzz;

/// <summary>
/// Runs every input of the corpus, then changed ones, and goes on from those that reach something new: the loop of AFL in
/// one process, because a bounded run has no time for one outside.
/// </summary>
internal sealed class FuzzSession(Target target, Folders folders, FuzzOptions options, CurrentInput current)
{
    /// <summary>An input takes microseconds; one that takes so long will not come to an end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _inputs = [];
    private long _begun = long.MaxValue;

    /// <returns>False when an input failed.</returns>
    public bool Run()
    {
        using var watch = new Timer(_ => GiveUpIfHung(), null, Patience, Patience);
        var corpus = Path.Combine(folders.Corpus, target.Name);
        if (!RunCorpus(corpus))
        {
            return false;
        }

        var (runs, known) = (0L, _inputs.Count);
        var mutations = new Mutations(new Random(options.Seed), target.Words);
        for (var clock = Stopwatch.StartNew(); runs < options.Runs && clock.Elapsed < options.Time; runs++)
        {
            var input = mutations.Next(_inputs);
            if (!TryRun(input))
            {
                return false;
            }

            if (_coverage.IsNew())
            {
                _inputs.Add(input);
                if (options.Corpus == CorpusUse.Grow)
                {
                    File.WriteAllBytes(Path.Combine(corpus, Failure.NameOf(input)), input);
                }
            }
        }

        Console.WriteLine(
            $"{target.Name}: {runs} runs from {known} inputs, {_inputs.Count - known} reached something new, "
                + $"{_coverage.Branches} branches, seed {options.Seed}"
        );
        return true;
    }

    private bool RunCorpus(string corpus)
    {
        foreach (var file in Ordered(corpus))
        {
            var input = File.ReadAllBytes(file);
            if (input.Length > Mutations.MaxLength)
            {
                throw new InvalidOperationException($"{file} is longer than {Mutations.MaxLength} bytes.");
            }

            var branches = _coverage.Branches;
            if (!TryRun(input))
            {
                return false;
            }

            _coverage.IsNew();
            if (options.Corpus == CorpusUse.Shrink && _coverage.Branches == branches && IsFound(file))
            {
                File.Delete(file);
                continue;
            }

            _inputs.Add(input);
        }

        return _coverage.Branches > 0
            ? true
            : throw new InvalidOperationException(
                $"{target.Name}: no coverage was seen; the code is not instrumented."
            );
    }

    /// <summary>Those that somebody named first, then those that were found, the smallest first.</summary>
    private static IEnumerable<string> Ordered(string corpus) =>
        Directory
            .EnumerateFiles(corpus)
            .OrderBy(IsFound)
            .ThenBy(file => new FileInfo(file).Length)
            .ThenBy(file => file, StringComparer.Ordinal);

    private static bool IsFound(string file)
    {
        var name = Path.GetFileName(file);
        return name.Length == 16 && name.All(char.IsAsciiHexDigitLower);
    }

    private bool TryRun(byte[] input)
    {
        current.Write(input);
        _coverage.Begin();
        try
        {
            Volatile.Write(ref _begun, Environment.TickCount64);
            target.Run(input);
            return true;
        }
        catch (Exception exception)
        {
            Failure.Keep(folders, target.Name, input, options.Seed, exception.ToString());
            return false;
        }
        finally
        {
            Volatile.Write(ref _begun, long.MaxValue);
        }
    }

    private void GiveUpIfHung()
    {
        if (Environment.TickCount64 - Volatile.Read(ref _begun) > Patience.TotalMilliseconds)
        {
            Environment.Exit(Supervisor.Hung);
        }
    }
}
