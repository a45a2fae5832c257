using System.Text;
using System.Text.RegularExpressions;

namespace Hongyan.UnitTests.Documents;

/// <summary>The documents of this repository, as far as tests read them.</summary>
internal static partial class Markdown
{
    private static readonly string[] NotOurs = ["node_modules", "bin", "obj", "dist", "TestResults"];

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Every document, by its path from the root.</summary>
    public static IEnumerable<string> Documents => DocumentsIn(Root).Select(file => Path.GetRelativePath(Root, file));

    /// <summary>The first table row whose first cell is this, as its cells without code marks; null when there is none.</summary>
    public static string[]? Row(string document, string first) =>
        Rows(document).FirstOrDefault(cells => cells[0] == first);

    public static IEnumerable<string[]> Rows(string document) =>
        document
            .Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')).ToArray());

    /// <summary>The contents of the code blocks in a language.</summary>
    public static IEnumerable<string> Blocks(string document, string language) =>
        CodeBlock()
            .Matches(document)
            .Where(match => match.Groups[1].Value == language)
            .Select(match => match.Groups[2].Value);

    /// <summary>Where the document's links lead; code is left out.</summary>
    public static IEnumerable<string> Links(string document) =>
        Link().Matches(WithoutCode(document)).Select(match => match.Groups[1].Value);

    /// <summary>The pictures that the document shows.</summary>
    public static IEnumerable<string> Pictures(string document) =>
        Picture()
            .Matches(WithoutCode(document))
            .Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value);

    /// <summary>The names that links can lead to within a document, as GitHub makes them from headings.</summary>
    public static HashSet<string> Anchors(string document)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(CodeBlock().Replace(document, "")))
        {
            var slug = Slug(heading.Groups[1].Value);
            for (var (anchor, number) = (slug, 1); !anchors.Add(anchor); number++)
            {
                anchor = $"{slug}-{number}";
            }
        }

        return anchors;
    }

    private static string WithoutCode(string document) => InlineCode().Replace(CodeBlock().Replace(document, ""), "");

    private static string Slug(string heading)
    {
        var slug = new StringBuilder();
        foreach (var character in heading.Trim().ToLowerInvariant())
        {
            if (character == ' ')
            {
                slug.Append('-');
            }
            else if (char.IsLetterOrDigit(character) || character is '-' or '_')
            {
                slug.Append(character);
            }
        }

        return slug.ToString();
    }

    private static IEnumerable<string> DocumentsIn(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.md")
            .Concat(
                Directory
                    .EnumerateDirectories(folder)
                    .Where(child =>
                        !NotOurs.Contains(Path.GetFileName(child)) && !Path.GetFileName(child).StartsWith('.')
                    )
                    .SelectMany(DocumentsIn)
            );

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Hongyan.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run from inside the repository.");
    }

    [GeneratedRegex(@"^```(\w*)\n(.*?)^\s*```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"(?<!!)\[[^\[\]]*\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"!\[[^\[\]]*\]\(([^()\s]+)\)|<img\b[^>]*\bsrc=""([^""]+)""")]
    private static partial Regex Picture();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
