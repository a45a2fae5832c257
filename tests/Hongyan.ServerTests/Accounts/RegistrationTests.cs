using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

public sealed class RegistrationTests(Servers servers)
{
    private const string StrongPassword = "grey-geese-fly-south-7";

    [Theory, CombinatorialStores]
    public async Task Register_MakesAnAccountThatIsSignedIn(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var handle = RawAccounts.NewHandle();

        var answer = await http.RegisterAsync($" {handle.ToUpperInvariant()} ", StrongPassword, " 鸿雁 Goose ");

        var device = SignedInDevice.Of(answer);
        Assert.Equal((201, "/api/me"), (answer.Status, answer.Headers["Location"]));
        var me = (await http.GetAsync("/api/me", device.AccessToken)).Json;
        Assert.Equal(
            (handle, "鸿雁 Goose"),
            (me.GetProperty("handle").GetString(), me.GetProperty("name").GetString())
        );
        Assert.False(me.TryGetProperty("avatar", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("a23456789012345678901234567890123")]
    [InlineData("1goose")]
    [InlineData("-goose")]
    [InlineData("grey goose")]
    [InlineData("goose@example.org")]
    [InlineData("гусь")]
    [InlineData("鸿雁鸿雁")]
    [InlineData("go\0ose")]
    [InlineData("goose\n.")]
    [InlineData("Admin")]
    [InlineData("support")]
    public async Task Register_HandleThatCannotBe_IsRefused(string handle) =>
        Assert.Equal(ErrorCode.InvalidHandle, await CodeAsync(handle, StrongPassword, "Somebody"));

    [Theory]
    [InlineData("")]
    [InlineData("s7-Kq.x")]
    [InlineData("password1234")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("abcdefghijkl")]
    [InlineData("qwertyuiop")]
    [InlineData("hongyan hongyan")]
    [InlineData("wanderinggoose")] // the handle
    [InlineData("Theodora Wildgans")] // the name
    public async Task Register_PasswordThatIsEasyToGuess_IsRefused(string password) =>
        Assert.Equal(ErrorCode.WeakPassword, await CodeAsync("wanderinggoose", password, "Theodora Wildgans"));

    [Fact]
    public async Task Register_PasswordThatIsTooLong_IsRefused() =>
        Assert.Equal(
            ErrorCode.WeakPassword,
            await CodeAsync(RawAccounts.NewHandle(), string.Concat(Enumerable.Repeat("Xk3!p", 52)), "Somebody")
        );

    [Theory]
    [InlineData("")]
    [InlineData(" \t ")]
    [InlineData("\u200b\u2060")]
    [InlineData("two\nlines")]
    [InlineData("\u202egnp.exe")]
    [InlineData("a name that is longer than sixty-four characters, which is too long")]
    public async Task Register_NameThatCannotBe_IsRefused(string name) =>
        Assert.Equal(ErrorCode.InvalidName, await CodeAsync(RawAccounts.NewHandle(), StrongPassword, name));

    [Fact]
    public async Task Register_DeviceWithoutAName_IsRefused()
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);

        var answer = await http.RegisterAsync(RawAccounts.NewHandle(), device: "");

        Assert.Equal(ErrorCode.InvalidRequest, answer.Code);
        Assert.Equal("Field: device", answer.Json.GetProperty("detail").GetString());
    }

    [Theory, CombinatorialStores]
    public async Task Register_HandleThatSomebodyHas_IsRefused_InWhateverCase(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var handle = (await http.NewPersonAsync()).Handle;

        var again = await http.RegisterAsync(handle);
        var inCapitals = await http.RegisterAsync(handle.ToUpperInvariant());

        Assert.Equal((409, ErrorCode.HandleTaken), (again.Status, again.Code));
        Assert.Equal(again.Everything, inCapitals.Everything);
    }

    [Theory, CombinatorialStores]
    public async Task Register_TheSameHandleAtOnce_IsOnePersonOnly(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var handle = RawAccounts.NewHandle();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => http.RegisterAsync(handle)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(7, answers.Count(answer => answer.Code == ErrorCode.HandleTaken));
    }

    [Fact]
    public async Task Register_TooOftenFromOneAddress_HasToWait_AndOthersNeedNot()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:RegistrationPerAddress:Burst", "2"),
            ("Hongyan:Limits:RegistrationPerAddress:PerMinute", "1")
        );
        using var http = new RawHttp(server.Address);
        await http.NewPersonAsync();
        await http.NewPersonAsync();

        var refused = await http.RegisterAsync(RawAccounts.NewHandle());

        RateLimitAssert.IsRefused(refused);
        var elsewhere = await http.CallAsync(
            HttpMethod.Post,
            "/api/accounts",
            content: RawHttp.Json(Security.EndpointCalls.RegisterBody(RawAccounts.NewHandle())),
            headers: ("X-Forwarded-For", "203.0.113.9")
        );
        Assert.Equal(201, elsewhere.Status);
    }

    private async Task<string?> CodeAsync(string handle, string password, string name)
    {
        using var http = new RawHttp((await servers.SharedAsync(Store.Sqlite)).Address);
        return (await http.RegisterAsync(handle, password, name)).Code;
    }
}
