using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Demo;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests;

public sealed class DemoTests(Servers servers)
{
    private static readonly (string, string) Demo = ("Hongyan:Demo", "true");

    /// <summary>What the first of the people should be able to read, all of a conversation's lines together.</summary>
    private static readonly string[] Expected =
    [
        .. DemoScript
            .Conversations.Where(conversation => conversation.Members.Contains(DemoScript.People[0].Handle))
            .Select(conversation => string.Join('\n', conversation.Lines.Select(line => line.Text)))
            .Order(StringComparer.Ordinal),
    ];

    [Theory, CombinatorialStores]
    public async Task Demo_ShowsWhatIsWritten_AndOneWhoWaits(Store store)
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(store),
            Demo
        );

        using var host = await SignInAsync(server, DemoScript.People[0]);
        Assert.Equal(Expected, await TextsAsync(host));
        var contacts = await host.ContactsAsync(cancellationToken: Extensions.Token);
        Assert.Equal(DemoScript.People.Count - 1, contacts.Items.Count);
        var requests = await host.ContactRequestsAsync(cancellationToken: Extensions.Token);
        var waiting = Assert.Single(requests.Items, request => request.State == ContactRequestState.Pending);
        Assert.Equal((DemoScript.Newcomer.Handle, true), (waiting.Person.Handle, waiting.IsIncoming));
        var heads = await host.ConversationsAsync(cancellationToken: Extensions.Token);
        Assert.Contains(heads.Items, head => head.Seq > head.ReadSeq);
        // The demo's own sessions are gone again.
        Assert.Single((await host.SessionsAsync(cancellationToken: Extensions.Token)).Items);
    }

    [Fact]
    public async Task Demo_StartedAgain_ChangesNothing()
    {
        var folder = servers.NewFolder();
        var store = await servers.NewStoreAsync(Store.Sqlite);
        string[] before;
        ContactRequest[] requestsBefore;
        await using (var first = await TestServer.StartAsync(folder, store, Demo))
        {
            using var host = await SignInAsync(first, DemoScript.People[0]);
            before = await TextsAsync(host);
            requestsBefore = [.. (await host.ContactRequestsAsync(cancellationToken: Extensions.Token)).Items];
        }

        await using var second = await TestServer.StartAsync(folder, store, Demo);

        using var again = await SignInAsync(second, DemoScript.People[0]);
        Assert.Equal(before, await TextsAsync(again));
        Assert.Equal(requestsBefore, (await again.ContactRequestsAsync(cancellationToken: Extensions.Token)).Items);
    }

    [Fact]
    public async Task Demo_ThatWasCutOff_IsCompletedWithoutRepeatingAnything()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite)
        );
        // What is there after a crash on the way: some of the people, two of them contacts already.
        using (var cutOff = new CancellationTokenSource())
        {
            using var line = new CuttingHandler(requests: 30, cutOff);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                DemoFilling.RunAsync(server.Address, line, cutOff.Token)
            );
        }

        await DemoFilling.RunAsync(server.Address, Extensions.Token);

        using var host = await SignInAsync(server, DemoScript.People[0]);
        Assert.Equal(Expected, await TextsAsync(host));
    }

    [Fact]
    public async Task Demo_WhereSomebodyHasAHandle_SaysSoAndLetsTheServerServe()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite)
        );
        using var api = new HongyanApi(server.Address);
        await api.RegisterAsync(
            new RegisterRequest(
                DemoScript.People[1].Handle,
                "Not of the demo",
                "another-goose-entirely",
                new Device("test", DeviceKind.Bot)
            ),
            Extensions.Token
        );

        var said = await DemoFilling.RunAsync(server.Address, Extensions.Token);

        Assert.StartsWith("demo: not complete", said, StringComparison.Ordinal);
        Assert.Contains("handle_taken", said, StringComparison.Ordinal);
    }

    private static async Task<HongyanApi> SignInAsync(TestServer server, DemoPerson person)
    {
        var api = new HongyanApi(server.Address);
        var device = new Device("test", DeviceKind.Bot);
        await api.SignInAsync(new SignInRequest(person.Handle, DemoScript.Password, device), Extensions.Token);
        return api;
    }

    /// <summary>All texts a person can read, those of a conversation in order.</summary>
    private static async Task<string[]> TextsAsync(HongyanApi api)
    {
        var texts = new List<string>();
        var heads = await api.ConversationsAsync(cancellationToken: Extensions.Token);
        foreach (var head in heads.Items)
        {
            var page = await api.HistoryAsync(head.Id, limit: 200, cancellationToken: Extensions.Token);
            texts.Add(
                string.Join(
                    '\n',
                    page.Messages.Select(message => message.Body).OfType<TextBody>().Select(body => body.Text)
                )
            );
        }

        return [.. texts.Order(StringComparer.Ordinal)];
    }

    /// <summary>Lets some requests through, then cuts the run off.</summary>
    private sealed class CuttingHandler(int requests, CancellationTokenSource cutOff)
        : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _left = requests;

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (Interlocked.Decrement(ref _left) < 0)
            {
                await cutOff.CancelAsync();
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
