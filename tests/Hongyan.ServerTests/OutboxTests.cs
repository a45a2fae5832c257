using Hongyan.Client;
using Hongyan.Contracts.Messages;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

/// <summary>What is written while there is no server is sent once, in order, by whichever run of the device comes next.</summary>
public sealed class OutboxTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Outbox_OnDisk_OutlivesTheDeviceAndTheServer(Store store)
    {
        var folder = servers.NewFolder();
        var settings = await servers.NewStoreAsync(store);
        var outbox = Path.Combine(servers.NewFolder(), "outbox.jsonl");
        var server = await TestServer.StartAsync(folder, settings);
        var port = ("Hongyan:Port", $"{server.Address.Port}");
        var person = (await servers.PeopleAsync(server, 1))[0];
        var notes = (await person.Api.OpenNotesAsync(Token)).Id;
        // Sent, but the device died before it heard of that.
        var unheard = new OutboxItem(notes, person.Api.Clock.NewId(), new TextBody("0"));
        await person.Api.SendAsync(notes, new SendMessageRequest(unheard.ClientId, unheard.Body), Token);
        using (var file = new FileOutboxStore(outbox))
        {
            await file.AddAsync(unheard, Token);
        }

        await server.DisposeAsync();
        await using (var offline = Client(person.Api, outbox))
        {
            await offline.StartAsync(Token);
            for (var i = 1; i <= 5; i++)
            {
                await offline.SendAsync(notes, new TextBody($"{i}"), Token);
            }
        }

        await using var after = await TestServer.StartAsync(folder, settings, port);
        await using var online = Client(person.Api, outbox);
        await online.StartAsync(Token);
        var seqs = new List<long>();
        await foreach (var change in online.Changes.WithCancellation(Token))
        {
            if (change is SendSucceeded { Seq: var seq })
            {
                seqs.Add(seq);
                if (seqs.Count == 6)
                {
                    break;
                }
            }
        }

        Assert.Equal([1, 2, 3, 4, 5, 6], seqs);
        var history = await person.Api.HistoryAsync(notes, cancellationToken: Token);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], history.Messages.Select(message => ((TextBody)message.Body).Text));
        using var emptied = new FileOutboxStore(outbox);
        Assert.Empty(await emptied.LoadAsync(Token));
    }

    private static HongyanClient Client(HongyanApi api, string outbox) =>
        new(
            api,
            new ClientOptions { Outbox = new FileOutboxStore(outbox), FirstDelay = TimeSpan.FromMilliseconds(20) }
        );
}
