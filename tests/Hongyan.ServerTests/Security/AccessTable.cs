using System.Reflection;

namespace Hongyan.ServerTests.Security;

/// <summary>Who calls, as the columns of the table in docs/security.md.</summary>
internal enum Actor
{
    Nobody,
    Stranger,
    Friend,
    FormerMember,
    Member,
    Owner,
    RevokedDevice,
}

/// <summary>A cell: the expected answer, and whether it is the same for what does not exist.</summary>
internal readonly record struct Expected(string Answer, bool IsSameForAbsent);

/// <summary>A row of the table.</summary>
/// <param name="Key">The endpoint or frame, such as <c>GET /api/me</c> or <c>frame send</c>.</param>
internal sealed record AccessRow(string Key, string Rule, IReadOnlyDictionary<Actor, Expected> Answers);

/// <summary>The table of docs/security.md.</summary>
internal static class AccessTable
{
    public const string FramePrefix = "frame ";
    private const string Heading = "| Endpoint or frame |";

    public static IReadOnlyList<AccessRow> Read()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("security.md")!;
        using var reader = new StreamReader(file);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n')
                .SkipWhile(line => !line.StartsWith(Heading, StringComparison.Ordinal))
                .Skip(2) // the heading and the line under it
                .TakeWhile(line => line.StartsWith('|'))
                .Select(Parse),
        ];
    }

    private static AccessRow Parse(string line)
    {
        var cells = line.Trim().Trim('|').Split('|').Select(cell => cell.Replace("`", "").Trim()).ToArray();
        var actors = Enum.GetValues<Actor>();
        return cells.Length == actors.Length + 2
            ? new AccessRow(
                cells[0],
                cells[1],
                actors.ToDictionary(actor => actor, actor => Cell(cells[2 + (int)actor]))
            )
            : throw new FormatException($"A row needs {actors.Length + 2} cells: {line}");
    }

    private static Expected Cell(string text) =>
        text.EndsWith('=') ? new Expected(text[..^1].Trim(), true) : new Expected(text, false);
}
