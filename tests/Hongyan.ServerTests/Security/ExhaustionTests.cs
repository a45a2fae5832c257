using System.Text;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Security;

/// <summary>What one person can take from everybody else: only so much.</summary>
public sealed class ExhaustionTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Devices_OfOnePerson_AreSoMany_AndOneMoreSignsOutTheLongestUnused(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var first = await http.NewPersonAsync();
        await using var socket = await RawSocket.OpenAsync(server.Address, first.AccessToken);
        var devices = new List<SignedInDevice>();
        for (var i = 1; i < Limits.Sessions; i++)
        {
            devices.Add(await http.SignInAsync(first));
        }

        Assert.Equal(200, (await http.GetAsync("/api/me", first.AccessToken)).Status);
        devices.Add(await http.SignInAsync(first));

        Assert.Equal(CloseCode.SessionRevoked, await socket.CloseCodeAsync());
        Assert.Equal(ErrorCode.SessionRevoked, (await http.GetAsync("/api/me", first.AccessToken)).Code);
        Assert.Equal(ErrorCode.InvalidRefreshToken, (await http.RefreshAsync(first.RefreshToken)).Code);
        foreach (var device in devices)
        {
            Assert.Equal(200, (await http.GetAsync("/api/me", device.AccessToken)).Status);
        }
    }

    [Fact]
    public async Task Changes_ThatManyAreToldOf_AreLimitedByPerson()
    {
        await using var server = await StartAsync("ChangePerUser", 3);
        var people = await servers.PeopleAsync(server, 2);
        await people[0].BefriendAsync(people[1]);
        var api = people[0].Api;
        var request = new CreateGroupRequest(api.Clock.NewId(), "Geese", [people[1].Id]);

        var group = await api.CreateGroupAsync(request, Token);
        await api.RenameGroupAsync(group.Id, new RenameGroupRequest(api.Clock.NewId(), "Swans"), Token);
        await api.UpdateProfileAsync(new UpdateProfileRequest("Ann"), Token);
        var refusals = new[]
        {
            await api.CreateGroupAsync(request with { ClientId = api.Clock.NewId() }, Token).RefusalAsync(),
            await api.RenameGroupAsync(group.Id, new RenameGroupRequest(api.Clock.NewId(), "Ducks"), Token)
                .RefusalAsync(),
            await api.UpdateProfileAsync(new UpdateProfileRequest("Eve"), Token).RefusalAsync(),
        };

        Assert.All(refusals, refusal => Assert.Equal(ErrorCode.RateLimited, refusal));
        await people[1].Api.UpdateProfileAsync(new UpdateProfileRequest("Bob"), Token);
    }

    [Fact]
    public async Task Requests_OfOnePerson_AreLimited_AndOthersAreNot()
    {
        await using var server = await StartAsync("RequestPerUser", 2);
        using var http = new RawHttp(server.Address);
        var (one, other) = (await http.NewPersonAsync(), await http.NewPersonAsync());

        await http.GetAsync("/api/me", one.AccessToken);
        await http.GetAsync("/api/conversations", one.AccessToken);
        RateLimitAssert.IsRefused(await http.GetAsync("/api/contacts", one.AccessToken));

        Assert.Equal(200, (await http.GetAsync("/api/contacts", other.AccessToken)).Status);
    }

    [Fact]
    public async Task Frames_BeyondTheLimit_WaitForTheirTurn_AndAllAreAnswered()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:RequestPerSession:Burst", "2"),
            ("Hongyan:Limits:RequestPerSession:PerMinute", "6000")
        );
        using var http = new RawHttp(server.Address);
        await using var socket = await RawSocket.OpenAsync(server.Address, (await http.NewPersonAsync()).AccessToken);

        await socket.SayAsync(
            $"[{string.Join(',', Enumerable.Range(0, 50).Select(id => $$"""{"t":"heads","id":{{id}}}"""))}]"
        );

        for (var id = 0; id < 50; id++)
        {
            Assert.Equal(id, (await socket.UntilAsync("heads")).GetProperty("id").GetInt32());
        }
    }

    [Theory, CombinatorialStores]
    public async Task Pages_OfTheLongestMessages_AreCutByTheirSize_AndNothingIsMissed(Store store)
    {
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var text = new string('雁', Limits.TextLength);
        for (var i = 0; i < 80; i++)
        {
            await people[0].SendAsync(chat, text);
        }

        var up = new List<long>();
        HistoryPage page;
        do
        {
            page = await people[1]
                .Api.HistoryAsync(chat, after: up.LastOrDefault(), limit: Limits.PageSize, cancellationToken: Token);
            AssertSize(page.Messages);
            up.AddRange(page.Messages.Select(message => message.Seq));
        } while (page.HasMore);

        var down = new List<long>();
        do
        {
            page = await people[1]
                .Api.HistoryAsync(
                    chat,
                    before: down.Count == 0 ? null : down[^1],
                    limit: Limits.PageSize,
                    cancellationToken: Token
                );
            AssertSize(page.Messages);
            down.AddRange(page.Messages.Select(message => message.Seq).Reverse());
        } while (page.HasMore);

        var changed = new List<long>();
        var since = 0L;
        bool isComplete;
        do
        {
            var difference = await people[1].Api.DifferenceAsync(chat, since, Limits.PageSize, Token);
            AssertSize(difference.Messages);
            changed.AddRange(difference.Messages.Select(message => message.Seq));
            (since, isComplete) = (difference.Pts, difference.IsComplete);
        } while (!isComplete);

        var all = Enumerable.Range(1, 81).Select(seq => (long)seq).ToList();
        Assert.Equal(all, up);
        Assert.Equal(all, down.AsEnumerable().Reverse());
        Assert.Equal(all, changed);
    }

    private static void AssertSize(IReadOnlyList<Message> messages) =>
        Assert.InRange(
            messages
                .Select(message => message.Body)
                .OfType<TextBody>()
                .Sum(body => Encoding.UTF8.GetByteCount(body.Text)),
            0,
            Limits.PageBytes
        );

    private async Task<TestServer> StartAsync(string limit, int burst) =>
        await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ($"Hongyan:Limits:{limit}:Burst", $"{burst}"),
            ($"Hongyan:Limits:{limit}:PerMinute", "1")
        );
}
