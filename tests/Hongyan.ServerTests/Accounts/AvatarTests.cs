using System.Text;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;
using NetVips;

namespace Hongyan.ServerTests.Accounts;

public sealed class AvatarTests(Servers servers)
{
    /// <summary>What somebody might upload instead of a picture, whatever they call it.</summary>
    public static TheoryData<string, string> Hostile =>
        new()
        {
            { "nothing", "" },
            { "text", "hello" },
            { "a page with a script", "<!doctype html><script>alert(1)</script>" },
            {
                "SVG with a script",
                """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>"""
            },
            {
                "SVG that reads a file",
                """<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>"""
            },
            { "a GIF", "GIF89a\u0001\0\u0001\0\u0080\0\0\0\0\0ÿÿÿ,\0\0\0\0\u0001\0\u0001\0\0\u0002\u0002D\u0001\0;" },
            { "a PDF", "%PDF-1.4\n%âãÏÓ\n1 0 obj<</Type/Catalog>>endobj" },
            { "a PNG of its first bytes only", "\u0089PNG\r\n\u001a\n" },
            { "a JPEG of its first bytes only", "ÿØÿà\0\u0010JFIF\0" },
            { "a WebP of its first bytes only", "RIFF\u00ff\u00ff\u00ff\u00ffWEBPVP8L" },
        };

    [Theory, CombinatorialStores]
    public async Task Upload_IsServedAsANewPicture_ToThoseWhoMaySeeIt(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var (owner, friend) = (people[0], people[1]);
        await owner.BefriendAsync(friend);
        using var http = new RawHttp(owner.Api.Server);
        var token = await owner.Api.AccessTokenAsync(cancellationToken: Extensions.Token);
        var friendsToken = await friend.Api.AccessTokenAsync(cancellationToken: Extensions.Token);
        // A page hidden behind the picture: what is stored must be made of pixels alone.
        byte[] upload = [.. TestImages.Png(40, 20), .. "<script>alert(1)</script>"u8];

        var answer = await UploadAsync(http, token, upload, "image/png");
        var version = answer.Json.GetProperty("avatar").GetString();
        var path = $"/api/users/{owner.Id}/avatar";
        var served = await http.GetAsync($"{path}?v={version}", friendsToken);
        var unversioned = await http.GetAsync(path, friendsToken);
        var cached = await http.CallAsync(
            HttpMethod.Get,
            path,
            friendsToken,
            null,
            ("If-None-Match", $"\"{version}\"")
        );
        var removed = await http.CallAsync(HttpMethod.Delete, "/api/me/avatar", token);
        var gone = await http.GetAsync(path, friendsToken);

        Assert.Equal((200, "image/webp"), (served.Status, served.ContentType));
        Assert.Equal("nosniff", served.Headers["X-Content-Type-Options"]);
        Assert.Equal("private, max-age=31536000, immutable", served.Headers["Cache-Control"]);
        Assert.Equal("private, no-cache", unversioned.Headers["Cache-Control"]);
        Assert.Equal(304, cached.Status);
        Assert.Equal(-1, served.Bytes.IndexOf("<script>"u8));
        using (var picture = Image.NewFromBuffer(served.Bytes.ToArray()))
        {
            Assert.Equal((256, 256), (picture.Width, picture.Height));
        }

        Assert.False(removed.Json.TryGetProperty("avatar", out _));
        Assert.Equal(ErrorCode.NotFound, gone.Code);
    }

    [Theory, MemberData(nameof(Hostile))]
    public async Task Upload_OfWhatIsNoPicture_IsRefused(string what, string content)
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();

        var answer = await UploadAsync(http, own.AccessToken, Encoding.Latin1.GetBytes(content), "image/png");

        Assert.True(answer is { Status: 400, Code: ErrorCode.InvalidImage }, $"{what}: {answer}");
    }

    [Fact]
    public async Task Upload_ThatUnpacksToFarMore_IsRefused()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();
        var bomb = TestImages.Bomb(20_000, 20_000); // 400 million pixels

        var answer = await UploadAsync(http, own.AccessToken, bomb, "image/png");

        Assert.True(bomb.Length < Limits.AvatarBytes, $"{bomb.Length} bytes would be refused for their number alone.");
        Assert.Equal(ErrorCode.InvalidImage, answer.Code);
    }

    [Fact]
    public async Task Upload_ThatIsTooLarge_IsRefused()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();

        var answer = await UploadAsync(http, own.AccessToken, new byte[Limits.AvatarBytes + 1], "image/png");

        Assert.Equal((413, ErrorCode.TooLarge), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("image/svg+xml")]
    [InlineData("text/html")]
    [InlineData("application/json")]
    public async Task Upload_OfAnotherType_IsRefused(string type)
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();

        var answer = await UploadAsync(http, own.AccessToken, TestImages.Png(8, 8), type);

        Assert.Equal((415, ErrorCode.InvalidRequest), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Upload_TooOften_HasToWait()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:AvatarPerUser:Burst", "1"),
            ("Hongyan:Limits:AvatarPerUser:PerMinute", "1")
        );
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        await UploadAsync(http, own.AccessToken, TestImages.Png(8, 8), "image/png");

        RateLimitAssert.IsRefused(await UploadAsync(http, own.AccessToken, TestImages.Png(8, 8), "image/png"));
    }

    private static Task<HttpAnswer> UploadAsync(RawHttp http, string token, byte[] bytes, string type) =>
        http.CallAsync(HttpMethod.Put, "/api/me/avatar", token, RawHttp.Bytes(bytes, type));
}
