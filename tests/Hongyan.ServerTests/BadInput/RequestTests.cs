using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.BadInput;

/// <summary>Requests over HTTP that make no sense.</summary>
public sealed class RequestTests(Servers servers)
{
    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"handle":null,"password":"x","device":{"name":"x","kind":"web"}}""")]
    [InlineData("""{"handle":7,"password":"x","device":{"name":"x","kind":"web"}}""")]
    [InlineData("""{"handle":"goose","password":"x","device":null}""")]
    [InlineData("""{"handle":"goose","password":"x","device":{"name":"x","kind":"toaster"}}""")]
    [InlineData("""{"handle":"goose","password":"x","device":{"name":"x","kind":99}}""")]
    [InlineData("""{"handle":"goose","password":"x","device":{"name":"x","kind":"web"}} {}""")]
    [InlineData("""{"handle":"\ud800","password":"x","device":{"name":"x","kind":"web"}}""")]
    [InlineData("""{"\ud800":1,"password":"x","device":{"name":"x","kind":"web"}}""")]
    public async Task Body_OfAnotherShape_IsInvalid(string body)
    {
        using var http = await HttpAsync();

        var answer = await http.PostAsync("/api/sessions", body);

        Assert.True(answer is { Status: 400, Code: ErrorCode.InvalidRequest }, answer.ToString());
    }

    [Fact]
    public async Task Body_NestedTooDeep_IsInvalid()
    {
        using var http = await HttpAsync();

        var answer = await http.PostAsync("/api/sessions", $$"""{"handle":{{new string('[', 100_000)}}""");

        Assert.Equal((400, ErrorCode.InvalidRequest), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task Body_OfAnotherContentType_IsRefused(string? type)
    {
        using var http = await HttpAsync();
        var body = System.Text.Encoding.UTF8.GetBytes(Security.EndpointCalls.SignInBody("goose"));

        var answer = await http.CallAsync(HttpMethod.Post, "/api/sessions", content: RawHttp.Bytes(body, type));

        Assert.Equal((415, ErrorCode.InvalidRequest), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Body_LargerThanAllowed_IsRefused()
    {
        using var http = await HttpAsync();
        var json = Security.EndpointCalls.SignInBody("goose").PadRight(Limits.JsonBodyBytes + 1);

        var answer = await http.PostAsync("/api/sessions", json);
        var largest = await http.PostAsync("/api/sessions", json[..^1]);

        Assert.Equal((413, ErrorCode.TooLarge), (answer.Status, answer.Code));
        Assert.Equal(ErrorCode.InvalidCredentials, largest.Code);
    }

    [Theory]
    [InlineData("/api/users/{0}")]
    [InlineData("/api/users/{0}/avatar")]
    [InlineData("/api/conversations/{0}")]
    [InlineData("/api/conversations/{0}/members")]
    [InlineData("/api/conversations/{0}/messages")]
    [InlineData("/api/conversations/{0}/changes?since=0")]
    public async Task Id_ThatIsNone_IsNotFound_LikeOneOfNothing(string path)
    {
        using var http = await HttpAsync();
        var token = (await http.NewPersonAsync()).AccessToken;
        var absent = await http.GetAsync(Fill("4711"), token);
        Assert.Equal((404, ErrorCode.NotFound), (absent.Status, absent.Code));

        foreach (var id in new[] { "0", "-1", "+1", "1.0", "me", "%20", "9223372036854775808", new string('9', 500) })
        {
            var answer = await http.GetAsync(Fill(id), token);
            Assert.Equal((absent.Status, absent.Body), (answer.Status, answer.Body));
        }

        string Fill(string id) => path.Replace("{0}", id, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/sessions")]
    [InlineData("/api/contacts")]
    [InlineData("/api/contact-requests")]
    [InlineData("/api/conversations")]
    [InlineData("/api/conversations/{notes}/members")]
    public async Task Page_WithALimitOrCursorThatCannotBe_IsInvalid(string path)
    {
        using var http = await HttpAsync();
        var token = (await http.NewPersonAsync()).AccessToken;
        path = await FillAsync(http, path, token);
        string[] cursors =
        [
            "",
            "x",
            "*",
            "1",
            "1.2.3",
            "W10", // []
            "WzFd", // [1]
            "W251bGxd", // [null]
            "WyIxIl0.",
            "WyIxIiwiMiIsIjMiLCI0Il0", // ["1","2","3","4"]
            "WyI5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLCJhIiwiYiJd", // ["99999999999999999999999","a","b"]
            "WyJcdTAwMDAiLCIxIiwiMiJd", // a NUL in it
            new string('A', 5_000),
        ];

        foreach (var query in cursors.Select(cursor => $"after={cursor}").Concat(["limit=0", "limit=-1", "limit=201"]))
        {
            await IsInvalidAsync(http, $"{path}?{query}", token);
        }

        await IsInvalidAsync(http, $"{path}?limit=many", token);
        await IsInvalidAsync(http, $"{path}?limit=99999999999", token);
        Assert.Equal(200, (await http.GetAsync($"{path}?limit=200", token)).Status);
    }

    [Theory]
    [InlineData("/api/changes")]
    [InlineData("/api/changes?since=")]
    [InlineData("/api/changes?since=-1")]
    [InlineData("/api/changes?since=yesterday")]
    [InlineData("/api/changes?since=0&limit=0")]
    [InlineData("/api/conversations/{notes}/changes")]
    [InlineData("/api/conversations/{notes}/changes?since=-1")]
    [InlineData("/api/conversations/{notes}/changes?since=0&limit=201")]
    [InlineData("/api/conversations/{notes}/messages?before=0")]
    [InlineData("/api/conversations/{notes}/messages?after=-1")]
    [InlineData("/api/conversations/{notes}/messages?before=2&after=1")]
    [InlineData("/api/conversations/{notes}/messages?limit=0")]
    public async Task Range_ThatCannotBe_IsInvalid(string path)
    {
        using var http = await HttpAsync();
        var token = (await http.NewPersonAsync()).AccessToken;

        await IsInvalidAsync(http, await FillAsync(http, path, token), token);
    }

    [Fact]
    public async Task Members_OfAConversationThatIsNotOnes_AreNotFound_OnWhateverPage()
    {
        using var http = await HttpAsync();
        var member = (await http.NewPersonAsync()).AccessToken;
        var stranger = (await http.NewPersonAsync()).AccessToken;
        var path = await FillAsync(http, "/api/conversations/{notes}/members", member);

        foreach (var page in new[] { "", "?after=WyIwIiwiMCJd" }) // ["0","0"]
        {
            var foreign = await http.GetAsync(path + page, stranger);
            var absent = await http.GetAsync($"/api/conversations/4711/members{page}", stranger);
            Assert.Equal(ErrorCode.NotFound, foreign.Code);
            Assert.Equal(absent.Everything, foreign.Everything);
            Assert.Equal(200, (await http.GetAsync(path + page, member)).Status);
        }
    }

    [Theory]
    [InlineData("no.body")]
    [InlineData("%F0%9F%AA%BF")]
    [InlineData("%20")]
    [InlineData("%27%3B--")]
    [InlineData("a%25")]
    [InlineData("a%2Fb")]
    public async Task Handle_ThatCannotBe_IsNotFound(string handle)
    {
        using var http = await HttpAsync();
        var token = (await http.NewPersonAsync()).AccessToken;

        Assert.Equal(ErrorCode.NotFound, (await http.GetAsync($"/api/people/{handle}", token)).Code);
        Assert.Equal(ErrorCode.NotFound, (await http.GetAsync($"/api/people/{new string('a', 2_000)}", token)).Code);
    }

    [Fact]
    public async Task Method_ThatAnEndpointDoesNotHave_IsRefused()
    {
        using var http = await HttpAsync();

        var answer = await http.CallAsync(HttpMethod.Put, "/api/sessions");

        Assert.Equal((405, ErrorCode.InvalidRequest), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Group_OfTooManyOrTooFew_IsRefused()
    {
        using var http = await HttpAsync();
        var token = (await http.NewPersonAsync()).AccessToken;
        var crowd = string.Join(',', Enumerable.Range(1, Limits.GroupMembers).Select(id => $"\"{id}\""));

        foreach (var members in new[] { "", crowd })
        {
            var answer = await http.PostAsync(
                "/api/conversations",
                $$"""{"clientId":"{{Guid.CreateVersion7()}}","title":"Geese","members":[{{members}}]}""",
                token
            );
            Assert.Equal((400, ErrorCode.InvalidMemberCount), (answer.Status, answer.Code));
        }
    }

    private static async Task IsInvalidAsync(RawHttp http, string path, string token)
    {
        var answer = await http.GetAsync(path, token);
        Assert.True(answer is { Status: 400, Code: ErrorCode.InvalidRequest }, $"{path}: {answer}");
    }

    private static async Task<string> FillAsync(RawHttp http, string path, string token)
    {
        if (!path.Contains("{notes}", StringComparison.Ordinal))
        {
            return path;
        }

        var notes = await http.CallAsync(HttpMethod.Post, "/api/conversations/notes", token);
        return path.Replace("{notes}", notes.Json.GetProperty("id").GetString(), StringComparison.Ordinal);
    }

    private async Task<RawHttp> HttpAsync() => new((await servers.SharedAsync(Store.Sqlite)).Address);
}
