namespace Hongyan.UnitTests.Documents;

public sealed class LinkTests
{
    public static TheoryData<string> Documents => [.. Markdown.Documents];

    [Theory, MemberData(nameof(Documents))]
    public void Links_LeadToWhatIsThere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Markdown.Root, document))!;
        var broken = Markdown
            .Links(Markdown.Read(document))
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal))
            .Where(link => !IsThere(folder, document, link));

        Assert.Empty(broken);
    }

    /// <summary>Whoever opens the document waits for its pictures, so each is small; and none comes from elsewhere.</summary>
    [Theory, MemberData(nameof(Documents))]
    public void Pictures_AreThere_AndSmall(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Markdown.Root, document))!;
        var bad = Markdown
            .Pictures(Markdown.Read(document))
            .Where(picture => new FileInfo(Path.Combine(folder, picture)) is not { Exists: true, Length: < 300_000 });

        Assert.Empty(bad);
    }

    private static bool IsThere(string folder, string document, string link)
    {
        var (path, anchor) = link.Split('#') switch
        {
            [var file, var name] => (file, name),
            _ => (link, null),
        };
        var target = path.Length == 0 ? Path.Combine(Markdown.Root, document) : Path.Combine(folder, path);
        return File.Exists(target)
            ? anchor is null || Markdown.Anchors(File.ReadAllText(target)).Contains(anchor)
            : Directory.Exists(target) && anchor is null;
    }
}
