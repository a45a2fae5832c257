using System.Text.Json.Nodes;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

public sealed class PasswordTests(Servers servers)
{
    private const string Next = "grey-geese-fly-south-7";

    [Theory, CombinatorialStores]
    public async Task Change_EndsEveryOtherSession_AndKeepsThisOne(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        var other = await http.SignInAsync(own);
        var bystander = await http.NewPersonAsync();
        await using var ownSocket = await RawSocket.OpenAsync(server.Address, own.AccessToken);
        await using var otherSocket = await RawSocket.OpenAsync(server.Address, other.AccessToken);
        await using var bystanderSocket = await RawSocket.OpenAsync(server.Address, bystander.AccessToken);

        var changed = await ChangeAsync(http, own, Person.Password, Next);

        Assert.Equal(204, changed.Status);
        Assert.Equal(CloseCode.SessionRevoked, await otherSocket.CloseCodeAsync());
        Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", other.AccessToken)).Code);
        Assert.Equal(ErrorCode.InvalidRefreshToken, (await http.RefreshAsync(other.RefreshToken)).Code);
        await ownSocket.IsAliveAsync();
        await bystanderSocket.IsAliveAsync();
        Assert.Equal(200, (await http.RefreshAsync(own.RefreshToken)).Status);
        Assert.Equal(ErrorCode.InvalidCredentials, (await http.TrySignInAsync(own.Handle)).Code);
        Assert.Equal(200, (await http.TrySignInAsync(own.Handle, Next)).Status);
    }

    [Theory, CombinatorialStores]
    public async Task Change_ThatIsRefused_ChangesNothing(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var own = await http.NewPersonAsync();
        var other = await http.SignInAsync(own);

        var wrong = await ChangeAsync(http, own, "not-the-password", Next);
        var tooLong = await ChangeAsync(http, own, new string('x', 10_000), Next);
        var weak = await ChangeAsync(http, own, Person.Password, own.Handle);

        Assert.Equal((403, ErrorCode.WrongPassword), (wrong.Status, wrong.Code));
        Assert.Equal(wrong.Everything, tooLong.Everything);
        Assert.Equal((400, ErrorCode.WeakPassword), (weak.Status, weak.Code));
        Assert.Equal(200, (await http.GetAsync("/api/me", other.AccessToken)).Status);
        Assert.Equal(200, (await http.TrySignInAsync(own.Handle)).Status);
    }

    [Fact]
    public async Task Change_TriedTooOften_HasToWait()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:PasswordChangePerUser:Burst", "2"),
            ("Hongyan:Limits:PasswordChangePerUser:PerMinute", "1")
        );
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        await ChangeAsync(http, own, "a guess", Next);
        await ChangeAsync(http, own, "another guess", Next);

        RateLimitAssert.IsRefused(await ChangeAsync(http, own, Person.Password, Next));
    }

    private static Task<HttpAnswer> ChangeAsync(RawHttp http, SignedInDevice device, string current, string next) =>
        http.CallAsync(
            HttpMethod.Put,
            "/api/me/password",
            device.AccessToken,
            RawHttp.Json(new JsonObject { ["current"] = current, ["next"] = next }.ToJsonString())
        );
}
