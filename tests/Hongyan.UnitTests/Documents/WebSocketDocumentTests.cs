using System.Text.RegularExpressions;

namespace Hongyan.UnitTests.Documents;

/// <summary>docs/websocket.md names tests that there are, and every test of the transport.</summary>
public sealed partial class WebSocketDocumentTests
{
    private static readonly string[] OfTheTransport =
    [
        "MaskingTests",
        "MessageParserTests",
        "OpeningTests",
        "TransportRulesTests",
        "UpgradeRequestTests",
        "ClientsTests",
        "SocketTests",
        "IdleTests",
    ];

    private static readonly HashSet<string> Named =
    [
        .. NamedTest().Matches(Markdown.Read("docs/websocket.md")).Select(match => match.Groups[1].Value),
    ];

    private static readonly HashSet<string> Written =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(Markdown.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .SelectMany(TestsIn),
    ];

    [Fact]
    public void Tests_ThatAreNamed_AreThere() => Assert.Empty(Named.Except(Written));

    [Fact]
    public void Tests_OfTheTransport_AreNamed() =>
        Assert.Empty(Written.Where(test => OfTheTransport.Contains(test.Split('.')[0])).Except(Named));

    private static IEnumerable<string> TestsIn(string file) =>
        TestMethod()
            .Matches(File.ReadAllText(file))
            .Select(match => $"{Path.GetFileNameWithoutExtension(file)}.{match.Groups[1].Value}");

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex NamedTest();

    // A test's name says what happens when, with a line between.
    [GeneratedRegex(@"\bpublic (?:async )?(?:Task|void) (\w+_\w+)\(")]
    private static partial Regex TestMethod();
}
