using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

public sealed class RefreshTests(Servers servers)
{
    private static readonly (string, string) ShortLife = ("Hongyan:Sessions:AccessTokenLifetime", "00:00:00.0000001");

    [Theory, CombinatorialStores]
    public async Task Refresh_GivesNewTokens_OfTheSameSession(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var first = await http.NewPersonAsync();

        var second = SignedInDevice.Of(await http.RefreshAsync(first.RefreshToken));
        var third = SignedInDevice.Of(await http.RefreshAsync(second.RefreshToken));

        Assert.Equal(first.Session, third.Session);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.Equal(200, (await http.GetAsync("/api/me", third.AccessToken)).Status);
    }

    [Theory, CombinatorialStores]
    public async Task Refresh_WhoseAnswerWasLost_CanBeRetried(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var person = await http.NewPersonAsync();
        await http.RefreshAsync(person.RefreshToken);

        var retried = SignedInDevice.Of(await http.RefreshAsync(person.RefreshToken));

        Assert.Equal(200, (await http.RefreshAsync(retried.RefreshToken)).Status);
    }

    [Theory, CombinatorialStores]
    public async Task Refresh_ByTwoTabsAtOnce_LeavesBothSignedIn(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var person = await http.NewPersonAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => http.RefreshAsync(person.RefreshToken)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var last = SignedInDevice.Of(answers[^1]);
        Assert.Equal(200, (await http.RefreshAsync(last.RefreshToken)).Status);
    }

    [Theory, CombinatorialStores]
    public async Task Refresh_WithATokenUsedUpBefore_EndsTheSession_AndItsSocket(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var stolen = await http.NewPersonAsync();
        var second = SignedInDevice.Of(await http.RefreshAsync(stolen.RefreshToken));
        var third = SignedInDevice.Of(await http.RefreshAsync(second.RefreshToken));
        await using var socket = await RawSocket.OpenAsync(server.Address, third.AccessToken);
        var elsewhere = await http.SignInAsync(stolen);

        var reused = await http.RefreshAsync(stolen.RefreshToken);

        Assert.Equal((401, ErrorCode.InvalidRefreshToken), (reused.Status, reused.Code));
        Assert.Equal(CloseCode.SessionRevoked, await socket.CloseCodeAsync());
        Assert.Equal(reused.Everything, (await http.RefreshAsync(third.RefreshToken)).Everything);
        Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", third.AccessToken)).Code);
        Assert.Equal(200, (await http.GetAsync("/api/me", elsewhere.AccessToken)).Status);
    }

    [Fact]
    public async Task Refresh_WithWhatIsNoRefreshToken_GetsOneAnswer()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var person = await http.NewPersonAsync();
        var good = person.RefreshToken!;
        var swapped = good[..^9] + (good[^9] == 'A' ? 'B' : 'A') + good[^8..];
        string?[] bad = [null, "", "x", "*", new string('A', 2000), person.AccessToken, good[1..], swapped];

        foreach (var token in bad)
        {
            var answer = await http.RefreshAsync(token);
            Assert.True(answer is { Status: 401, Code: ErrorCode.InvalidRefreshToken }, $"{token}: {answer}");
        }

        Assert.Equal(200, (await http.RefreshAsync(good)).Status);
    }

    [Fact]
    public async Task AccessToken_ThatHasExpired_SaysSoOverHttpAndOnTheSocket_AndTheSessionLives()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ShortLife
        );
        using var http = new RawHttp(server.Address);
        var person = await http.NewPersonAsync();

        var refused = await http.GetAsync("/api/me", person.AccessToken);
        await using var socket = await RawSocket.OpenAsync(server.Address);
        await socket.SayAsync(RawSocket.Hello(person.AccessToken));

        Assert.Equal((401, ErrorCode.Unauthenticated), (refused.Status, refused.Code));
        Assert.Equal(CloseCode.Unauthenticated, await socket.CloseCodeAsync());
        Assert.Equal(200, (await http.RefreshAsync(person.RefreshToken)).Status);
    }

    [Fact]
    public async Task AccessToken_ThatIsNone_IsUnauthenticated()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var person = await http.NewPersonAsync();
        var good = person.AccessToken;
        var swapped = good[..^9] + (good[^9] == 'A' ? 'B' : 'A') + good[^8..];

        foreach (var token in new[] { "x", good[1..], swapped, person.RefreshToken })
        {
            Assert.Equal(ErrorCode.Unauthenticated, (await http.GetAsync("/api/me", token)).Code);
        }
    }

    [Fact]
    public async Task Cookie_KeepsTheRefreshTokenFromScripts_AndFromOtherSites()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);

        var registered = await http.RegisterAsync(RawAccounts.NewHandle(), useCookie: true);
        var refreshed = await WithCookieAsync(HttpMethod.Post, "/api/sessions/refresh", registered);
        var device = SignedInDevice.Of(refreshed);
        var signedOut = await WithCookieAsync(
            HttpMethod.Delete,
            "/api/sessions/current",
            refreshed,
            device.AccessToken
        );
        var afterwards = await WithCookieAsync(HttpMethod.Post, "/api/sessions/refresh", refreshed);

        foreach (var answer in new[] { registered, refreshed })
        {
            Assert.Null(SignedInDevice.Of(answer).RefreshToken);
            var attributes = answer.Headers["Set-Cookie"].Split("; ")[1..].Select(part => part.ToLowerInvariant());
            Assert.Equal(
                ["httponly", "max-age=7776000", "path=/api/sessions", "samesite=strict"],
                attributes.Order(StringComparer.Ordinal)
            );
        }

        Assert.Contains("hy_refresh=;", signedOut.Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidRefreshToken, afterwards.Code);
        Assert.Contains("hy_refresh=;", afterwards.Headers["Set-Cookie"], StringComparison.Ordinal);

        Task<HttpAnswer> WithCookieAsync(HttpMethod method, string path, HttpAnswer from, string? token = null) =>
            http.CallAsync(method, path, token, headers: ("Cookie", from.Headers["Set-Cookie"].Split(';')[0]));
    }
}
