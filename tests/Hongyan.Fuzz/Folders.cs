namespace Hongyan.Fuzz;

/// <summary>Where inputs are kept: those of the repository, and those that failed.</summary>
internal sealed record Folders(string Corpus, string Failures)
{
    public static Folders Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Hongyan.slnx")))
            {
                return new Folders(
                    Path.Combine(folder, "tests", "Hongyan.Fuzz", "Corpus"),
                    Path.Combine(folder, ".build", "fuzz")
                );
            }
        }

        throw new InvalidOperationException("The fuzzer runs from inside the repository.");
    }
}
