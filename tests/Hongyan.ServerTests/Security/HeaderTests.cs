using System.Text.RegularExpressions;
using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Security;

/// <summary>What every answer tells a browser to keep from, and that an interface never answers with a page.</summary>
public sealed partial class HeaderTests(HeaderTests.Site site) : IClassFixture<HeaderTests.Site>
{
    private const string Page = "<!doctype html><title>the client</title>";

    private static readonly string[] AllowedSources =
    [
        "'none'",
        "'self'",
        "'unsafe-inline'", // styles of the page that shows the interface, and nothing else
        "blob:",
        "data:",
    ];

    [Theory]
    [InlineData("/")]
    [InlineData("/chats/4711")]
    [InlineData("/assets/app-0123.js")]
    [InlineData("/no/such/file.js")]
    [InlineData("/api/me")]
    [InlineData("/api/nothing")]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    [InlineData("/docs/scalar.js")]
    [InlineData("/ws")]
    public async Task Answers_KeepBrowsersFromEverythingThatIsNotOurs(string path)
    {
        using var http = new RawHttp(site.Address);

        var answer = await http.GetAsync(path);

        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Opener-Policy"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Resource-Policy"]);
        Assert.False(answer.Headers.ContainsKey("Server"));
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.Ordinal));
        var policy = Policy(answer);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Equal(["'none'"], policy["frame-ancestors"]);
        Assert.Equal(["'none'"], policy["base-uri"]);
        Assert.All(
            policy.SelectMany(directive => directive.Value),
            source => Assert.True(AllowedSources.Contains(source) || Nonce().IsMatch(source), source)
        );
        Assert.All(policy["script-src"], source => Assert.DoesNotContain("unsafe", source, StringComparison.Ordinal));
        if (!path.StartsWith("/docs/", StringComparison.Ordinal))
        {
            Assert.Equal(["'self'"], policy["script-src"]);
            Assert.Equal(["'self'"], policy["style-src"]);
            Assert.Equal(["'self'"], policy["connect-src"]);
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData("/api/nothing")]
    [InlineData("/API/nothing")]
    [InlineData("/api/me/nothing/at/all")]
    [InlineData("/health/nothing")]
    [InlineData("/openapi/no/such")]
    public async Task Unknown_InAnInterface_IsAProblemAndNotThePage(string path)
    {
        using var http = new RawHttp(site.Address);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            var answer = await http.CallAsync(method, path, headers: ("Accept", "text/html"));
            Assert.True(answer is { Status: 404, Code: ErrorCode.NotFound }, $"{method} {path}: {answer}");
        }
    }

    [Fact]
    public async Task Pages_OfTheClient_AreAllTheSameFile_AndFilesAreThemselves()
    {
        using var http = new RawHttp(site.Address);

        Assert.Equal(Page, (await http.GetAsync("/")).Body);
        Assert.Equal(Page, (await http.GetAsync("/chats/4711")).Body);
        Assert.Equal("no-cache", (await http.GetAsync("/")).Headers["Cache-Control"]);
        var asset = await http.GetAsync("/assets/app-0123.js");
        Assert.Equal(("text/javascript", "let a;"), (asset.ContentType, asset.Body));
        Assert.Equal("public, max-age=31536000, immutable", asset.Headers["Cache-Control"]);
        Assert.Equal(ErrorCode.NotFound, (await http.GetAsync("/no/such/file.js")).Code);
        Assert.Equal(ErrorCode.NotFound, (await http.GetAsync("/%2e%2e/hongyan.db")).Code);
    }

    [Theory]
    [InlineData("/api/me")]
    [InlineData("/API/ME")]
    [InlineData("/api/conversations")]
    [InlineData("/api/nothing")]
    public async Task Interface_IsNotCached(string path)
    {
        using var http = new RawHttp(site.Address);
        var token = (await http.NewPersonAsync()).AccessToken;

        Assert.Equal("no-store", (await http.GetAsync(path, token)).Headers["Cache-Control"]);
        Assert.Equal("no-store", (await http.GetAsync(path)).Headers["Cache-Control"]);
    }

    private static Dictionary<string, string[]> Policy(HttpAnswer answer) =>
        answer
            .Headers["Content-Security-Policy"]
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(directive => directive.Split(' '))
            .ToDictionary(words => words[0], words => words[1..], StringComparer.Ordinal);

    [GeneratedRegex(@"\A'nonce-[0-9a-f]{32}'\z")]
    private static partial Regex Nonce();

    /// <summary>A server that serves a client, too.</summary>
    public sealed class Site(Servers servers) : IAsyncLifetime
    {
        private TestServer? _server;

        internal Uri Address => _server!.Address;

        public async ValueTask InitializeAsync()
        {
            var root = servers.NewFolder();
            Directory.CreateDirectory(Path.Combine(root, "assets"));
            await File.WriteAllTextAsync(Path.Combine(root, "index.html"), Page);
            await File.WriteAllTextAsync(Path.Combine(root, "assets", "app-0123.js"), "let a;");
            _server = await TestServer.StartAsync(
                servers.NewFolder(),
                await servers.NewStoreAsync(Store.Sqlite),
                ("Hongyan:WebRoot", root)
            );
        }

        public async ValueTask DisposeAsync()
        {
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }
        }
    }
}
