using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Accounts;

/// <summary>The devices a person is signed in on.</summary>
public sealed class DeviceTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task List_ShowsOnesDevices_LatestFirst_InPages(Store store)
    {
        using var http = new RawHttp((await servers.SharedAsync(store)).Address);
        var first = await http.NewPersonAsync();
        var second = await http.SignInAsync(first, "笔记本 💻");
        var third = await http.SignInAsync(first, "phone");

        var seen = new List<(string Id, string Name, bool IsCurrent)>();
        string? next = null;
        do
        {
            var page = await http.GetAsync(
                next is null ? "/api/sessions?limit=2" : $"/api/sessions?limit=2&after={next}",
                second.AccessToken
            );
            var items = page.Json.GetProperty("items").EnumerateArray();
            seen.AddRange(
                items.Select(item =>
                    (
                        item.GetProperty("id").GetString()!,
                        item.GetProperty("device").GetProperty("name").GetString()!,
                        item.GetProperty("isCurrent").GetBoolean()
                    )
                )
            );
            next = page.Json.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        } while (next is not null);

        Assert.Equal(
            [(third.Session, "phone", false), (second.Session, "笔记本 💻", true), (first.Session, "test", false)],
            seen
        );
    }

    [Theory, CombinatorialStores]
    public async Task Revoke_ClosesTheDevicesSocketAtOnce_AndVoidsItsTokens(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        var lost = await http.SignInAsync(own);
        await using var ownSocket = await RawSocket.OpenAsync(server.Address, own.AccessToken);
        await using var lostSocket = await RawSocket.OpenAsync(server.Address, lost.AccessToken);

        var revoked = await http.CallAsync(HttpMethod.Delete, $"/api/sessions/{lost.Session}", own.AccessToken);
        var again = await http.CallAsync(HttpMethod.Delete, $"/api/sessions/{lost.Session}", own.AccessToken);

        Assert.Equal((204, 404), (revoked.Status, again.Status));
        Assert.Equal(CloseCode.SessionRevoked, await lostSocket.CloseCodeAsync());
        Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", lost.AccessToken)).Code);
        Assert.Equal(ErrorCode.InvalidRefreshToken, (await http.RefreshAsync(lost.RefreshToken)).Code);
        await using var late = await RawSocket.OpenAsync(server.Address);
        await late.SayAsync(RawSocket.Hello(lost.AccessToken));
        Assert.Equal(CloseCode.SessionRevoked, await late.CloseCodeAsync());
        await ownSocket.IsAliveAsync();
    }

    [Theory, CombinatorialStores]
    public async Task Revoke_SomebodyElsesDevice_FindsNothing_AndTheDeviceStays(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var own = await http.NewPersonAsync();
        var other = await http.NewPersonAsync();
        await using var socket = await RawSocket.OpenAsync(server.Address, other.AccessToken);

        var answer = await http.CallAsync(HttpMethod.Delete, $"/api/sessions/{other.Session}", own.AccessToken);

        Assert.Equal(ErrorCode.NotFound, answer.Code);
        await socket.IsAliveAsync();
        Assert.Equal(200, (await http.RefreshAsync(other.RefreshToken)).Status);
    }

    [Theory, CombinatorialStores]
    public async Task SignOut_EndsThisDeviceOnly(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var leaving = await http.NewPersonAsync();
        var staying = await http.SignInAsync(leaving);
        await using var leavingSocket = await RawSocket.OpenAsync(server.Address, leaving.AccessToken);
        await using var stayingSocket = await RawSocket.OpenAsync(server.Address, staying.AccessToken);

        var answer = await http.CallAsync(HttpMethod.Delete, "/api/sessions/current", leaving.AccessToken);

        Assert.Equal(204, answer.Status);
        Assert.Equal(CloseCode.SessionRevoked, await leavingSocket.CloseCodeAsync());
        Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", leaving.AccessToken)).Code);
        Assert.Equal(ErrorCode.InvalidRefreshToken, (await http.RefreshAsync(leaving.RefreshToken)).Code);
        await stayingSocket.IsAliveAsync();
    }

    [Fact]
    public async Task Connect_TheSameSessionAgain_ReplacesTheOlderSocket()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var http = new RawHttp(server.Address);
        var person = await http.NewPersonAsync();
        await using var older = await RawSocket.OpenAsync(server.Address, person.AccessToken);

        await using var newer = await RawSocket.OpenAsync(server.Address, person.AccessToken);

        Assert.Equal(CloseCode.Replaced, await older.CloseCodeAsync());
        await newer.IsAliveAsync();
    }
}
