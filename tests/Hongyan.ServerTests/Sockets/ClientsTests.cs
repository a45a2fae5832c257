using System.Diagnostics;
using System.Text.Json;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Sockets;

/// <summary>
/// Clients that share no code with the server: npm's ws here, the browser in the E2E tests, .NET's ClientWebSocket in
/// all the others.
/// </summary>
public sealed class ClientsTests(Servers servers)
{
    [Theory, CombinatorialStores(Both = BothOf.Sockets)]
    public async Task NpmWs_TalksToTheServer(Store store)
    {
        var server = await servers.SharedAsync(store);
        var people = await servers.PeopleAsync(store, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Sockets", "ws-client.mjs"));
        start.ArgumentList.Add(WebFolder());
        start.ArgumentList.Add(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws" }.Uri.ToString());
        start.ArgumentList.Add(await people[0].Api.AccessTokenAsync(cancellationToken: Token));
        start.ArgumentList.Add(chat.ToString());

        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(Token);
        var output = await node.StandardOutput.ReadToEndAsync(Token);
        await node.WaitForExitAsync(Token);

        Assert.True(node.ExitCode == 0, await errors);
        var result = JsonElement.Parse(output);
        Assert.Equal("hongyan.v1", result.GetProperty("protocol").GetString());
        Assert.Equal("", result.GetProperty("extensions").GetString());
        Assert.Equal(people[0].Id.ToString(), result.GetProperty("user").GetString());
        Assert.Equal("wild goose", result.GetProperty("echoed").GetString());
        Assert.Equal([2, 3], result.GetProperty("seqs").EnumerateArray().Select(seq => seq.GetInt32()));
        Assert.Equal(1000, result.GetProperty("code").GetInt32());
    }

    /// <summary>Where the packages are that <c>./test</c> installs for the web client.</summary>
    private static string WebFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hongyan.slnx")))
            {
                return Path.Combine(folder.FullName, "web");
            }
        }

        throw new InvalidOperationException("These tests run from a checkout.");
    }
}
