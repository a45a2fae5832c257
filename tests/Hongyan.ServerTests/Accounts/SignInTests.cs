using Hongyan.Contracts.Errors;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

public sealed class SignInTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task SignIn_UnknownHandleAndWrongPassword_GetTheSameAnswer(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var person = await http.NewPersonAsync();

        var wrongPassword = await http.TrySignInAsync(person.Handle, "not-the-password");
        var unknown = await http.TrySignInAsync(RawAccounts.NewHandle(), "not-the-password");
        var impossible = await http.TrySignInAsync("no handle at all", "not-the-password");
        var tooLong = await http.TrySignInAsync(person.Handle, new string('x', 1000));

        Assert.Equal((401, ErrorCode.InvalidCredentials), (wrongPassword.Status, wrongPassword.Code));
        Assert.Equal(wrongPassword.Everything, unknown.Everything);
        Assert.Equal(wrongPassword.Everything, impossible.Everything);
        Assert.Equal(wrongPassword.Everything, tooLong.Everything);
    }

    [Theory, CombinatorialStores]
    public async Task SignIn_OpensASessionOfItsOwn_ForTheHandleInWhateverCase(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var person = await http.NewPersonAsync();

        var second = SignedInDevice.Of(await http.TrySignInAsync($" {person.Handle.ToUpperInvariant()} "));

        Assert.Equal(person.Handle, second.Handle);
        Assert.NotEqual(person.Session, second.Session);
        Assert.Equal(200, (await http.GetAsync("/api/me", person.AccessToken)).Status);
        Assert.Equal(200, (await http.GetAsync("/api/me", second.AccessToken)).Status);
    }

    [Fact]
    public async Task SignIn_ToOneHandleTooOften_HasToWait_WhetherThereIsSuchAnAccountOrNot()
    {
        await using var server = await StartAsync("SignInPerHandle", burst: 2);
        using var http = new RawHttp(server.Address);
        var person = await http.NewPersonAsync();
        foreach (var handle in new[] { person.Handle, RawAccounts.NewHandle() })
        {
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal(ErrorCode.InvalidCredentials, (await http.TrySignInAsync(handle, "wrong")).Code);
            }

            RateLimitAssert.IsRefused(await http.TrySignInAsync(handle, "wrong"));
        }

        // The right password opens no side door, nor do other ways to write the handle, nor other addresses.
        RateLimitAssert.IsRefused(
            await http.TrySignInAsync(
                $" {person.Handle.ToUpperInvariant()}",
                headers: ("X-Forwarded-For", "203.0.113.9")
            )
        );
    }

    [Fact]
    public async Task SignIn_FromOneAddressTooOften_HasToWait_WhateverTheHandles()
    {
        await using var server = await StartAsync("SignInPerAddress", burst: 2);
        using var http = new RawHttp(server.Address);

        Assert.Equal(ErrorCode.InvalidCredentials, (await AttemptAsync("2001:db8::1")).Code);
        Assert.Equal(ErrorCode.InvalidCredentials, (await AttemptAsync("2001:db8::ffff:2")).Code);
        RateLimitAssert.IsRefused(await AttemptAsync("2001:db8::3")); // one network of one customer
        Assert.Equal(ErrorCode.InvalidCredentials, (await AttemptAsync("2001:db8:0:1::1")).Code);
        Assert.Equal(ErrorCode.InvalidCredentials, (await AttemptAsync("203.0.113.9")).Code);

        Task<HttpAnswer> AttemptAsync(string address) =>
            http.TrySignInAsync(RawAccounts.NewHandle(), headers: ("X-Forwarded-For", address));
    }

    private async Task<TestServer> StartAsync(string limit, int burst) =>
        await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ($"Hongyan:Limits:{limit}:Burst", $"{burst}"),
            ($"Hongyan:Limits:{limit}:PerMinute", "1")
        );
}
