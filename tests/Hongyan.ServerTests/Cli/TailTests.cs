using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Cli;

/// <summary>Following conversations in a terminal, through whatever happens to the line.</summary>
public sealed class TailTests(Servers servers)
{
    [Fact]
    public async Task Tail_PrintsWhatComes_AndSaysWhere()
    {
        var (terminal, _, bob) = await FriendsAsync(await servers.SharedAsync(Store.Sqlite));
        await using var tail = await FollowAsync(terminal, "bob", "tail");

        (await terminal.AsAsync("ann", "send", bob, "你好\nBob")).Good();
        var line = await tail.NextAsync();
        (await terminal.AsAsync("bob", "send", "notes", "remember")).Good();
        var note = await tail.NextAsync();
        var end = await tail.InterruptAsync();

        Assert.StartsWith("ann", line[0], StringComparison.Ordinal);
        Assert.Equal(("2", "安安", "你好\\nBob"), (line[1], line[3], line[4]));
        Assert.Equal(("notes", "remember"), (note[0], note[4]));
        end.Good();
        Assert.Empty(end.Output);
    }

    [Fact]
    public async Task Tail_Since_MissesNothingAndRepeatsNothing_WhileTheServerRestarts()
    {
        var folder = servers.NewFolder();
        var store = await servers.NewStoreAsync(Store.Sqlite);
        var server = await TestServer.StartAsync(folder, store);
        var port = ("Hongyan:Port", $"{server.Address.Port}");
        var (terminal, ann, bob) = await FriendsAsync(server);
        (await terminal.AsAsync("ann", "send", bob, "2")).Good();
        (await terminal.AsAsync("ann", "send", bob, "3")).Good();
        await using var tail = terminal.Follow([.. Terminal.AsProfile("bob"), "tail", ann, "--since", "1"]);
        Assert.Equal(["2", "3"], [(await tail.NextAsync())[3], (await tail.NextAsync())[3]]);

        for (var seq = 4; seq < 8; seq += 2)
        {
            await server.DisposeAsync();
            (await terminal.AsAsync("ann", "send", bob, "into the void")).Refused(3, "(unreachable)");
            server = await TestServer.StartAsync(folder, store, port);
            (await terminal.AsAsync("ann", "send", bob, $"{seq}")).Good();
            (await terminal.AsAsync("ann", "send", bob, $"{seq + 1}")).Good();
            Assert.Equal([$"{seq}", $"{seq + 1}"], [(await tail.NextAsync())[3], (await tail.NextAsync())[3]]);
        }

        Assert.Empty((await tail.InterruptAsync()).Good().Output);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Tail_OfASessionThatIsRevoked_EndsAndSaysSo()
    {
        var (terminal, _, _) = await FriendsAsync(await servers.SharedAsync(Store.Sqlite));
        await using var tail = await FollowAsync(terminal, "bob", "tail");
        var session = (await terminal.AsAsync("bob", "devices")).Good().Lines[0].Split('\t')[0];

        (await terminal.AsAsync("bob", "devices", "revoke", session)).Good();

        (await tail.EndAsync()).Refused(4, "(session_revoked)");
    }

    [Fact]
    public async Task Tail_TwiceWithOneProfile_LeavesTheSecond()
    {
        var (terminal, _, _) = await FriendsAsync(await servers.SharedAsync(Store.Sqlite));
        await using var first = await FollowAsync(terminal, "bob", "tail");
        await using var second = terminal.Follow([.. Terminal.AsProfile("bob"), "tail"]);

        (await first.EndAsync()).Refused(1, "(replaced)");
    }

    private static async Task<(Terminal Terminal, string Ann, string Bob)> FriendsAsync(TestServer server)
    {
        var terminal = new Terminal(Directory.CreateTempSubdirectory("hongyan-cli-").FullName, server.Address);
        var ann = await terminal.RegisterAsync("ann", "安安");
        var bob = await terminal.RegisterAsync("bob", "Bob");
        (await terminal.AsAsync("ann", "contacts", "add", bob)).Good();
        (await terminal.AsAsync("bob", "contacts", "accept", ann)).Good();
        return (terminal, ann, bob);
    }

    /// <summary>A tail that is in step: it has printed what was sent after it started, and nothing is left to print.</summary>
    private static async Task<Following> FollowAsync(Terminal terminal, string profile, params string[] command)
    {
        var tail = terminal.Follow([.. Terminal.AsProfile(profile), .. command]);
        var first = tail.NextAsync();
        do
        {
            (await terminal.AsAsync(profile, "send", "notes", "are you there?")).Good();
        } while (!first.IsCompleted);

        await first;
        (await terminal.AsAsync(profile, "send", "notes", "now")).Good();
        while ((await tail.NextAsync())[^1] != "now") { }

        return tail;
    }
}
