using System.Text.Json.Nodes;
using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

public sealed class ProfileTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Update_ChangesWhatIsGiven_AndReachesOnesOtherDevices(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        var other = await http.SignInAsync(own);
        await using var socket = await RawSocket.OpenAsync(server.Address, other.AccessToken);

        await UpdateAsync(http, own, new JsonObject { ["region"] = " 北京 ", ["signature"] = "南飞 🪿" });
        var answer = await UpdateAsync(http, own, new JsonObject { ["name"] = "大雁" });

        Assert.Equal(200, answer.Status);
        var me = answer.Json;
        Assert.Equal(
            ("大雁", "北京", "南飞 🪿"),
            (
                me.GetProperty("name").GetString(),
                me.GetProperty("region").GetString(),
                me.GetProperty("signature").GetString()
            )
        );
        Assert.Equal(answer.Body, (await http.GetAsync("/api/me", own.AccessToken)).Body);
        string? name;
        do
        {
            var change = (await socket.UntilAsync("personal")).GetProperty("change");
            name = change.TryGetProperty("me", out var pushed) ? pushed.GetProperty("name").GetString() : null;
        } while (name != "大雁");
    }

    [Theory]
    [InlineData("name", " ", ErrorCode.InvalidName, null)]
    [InlineData("name", "\u2066disguised", ErrorCode.InvalidName, null)]
    [InlineData("region", "two\nlines", ErrorCode.InvalidRequest, "Field: region")]
    [InlineData("signature", "a\u0000b", ErrorCode.InvalidRequest, "Field: signature")]
    public async Task Update_WithWhatCannotBeShown_IsRefused_AndChangesNothing(
        string field,
        string value,
        string code,
        string? detail
    )
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();
        var before = (await http.GetAsync("/api/me", own.AccessToken)).Body;

        var answer = await UpdateAsync(http, own, new JsonObject { [field] = value });

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Equal(detail, answer.Json.TryGetProperty("detail", out var told) ? told.GetString() : null);
        Assert.Equal(before, (await http.GetAsync("/api/me", own.AccessToken)).Body);
    }

    [Theory]
    [InlineData("name", 64)]
    [InlineData("region", 64)]
    [InlineData("signature", 120)]
    public async Task Update_TakesTextUpToItsLimit(string field, int limit)
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        var own = await http.NewPersonAsync();

        var longest = await UpdateAsync(http, own, new JsonObject { [field] = new string('雁', limit) });
        var tooLong = await UpdateAsync(http, own, new JsonObject { [field] = new string('雁', limit + 1) });

        Assert.Equal((200, 400), (longest.Status, tooLong.Status));
    }

    private static Task<HttpAnswer> UpdateAsync(RawHttp http, SignedInDevice device, JsonObject change) =>
        http.CallAsync(HttpMethod.Patch, "/api/me", device.AccessToken, RawHttp.Json(change.ToJsonString()));
}
