using System.Collections.Concurrent;
using System.Net;
using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Load;

namespace Hongyan.FaultTests;

/// <summary>
/// A store that takes no writes for a while, under a server that goes on: it says so, refuses what is sent, answers those
/// who read, comes back by itself, and nothing that it acknowledged is lost, doubled or moved.
/// </summary>
public abstract class OutageTests(string store)
{
    private const int SendsBefore = 60;
    private static readonly CancellationToken Token = CancellationToken.None;

    public abstract Task Outage_IsSaid_RefusesSends_LetsRead_AndEndsByItself(string name);

    protected static TheoryData<string> NamesOf(string store) =>
        [.. Outage.All.Where(outage => outage.Store == store).Select(outage => outage.Name)];

    protected async Task RunAsync(string name)
    {
        var outage = Outage.All.Single(candidate => candidate.Store == store && candidate.Name == name);
        await using var disk = outage.DiskMegabytes > 0 ? await Disk.MountAsync(outage.DiskMegabytes) : null;
        var faultFile = Path.Combine(Path.GetTempPath(), $"hongyan-fault-{Guid.NewGuid():N}");
        await using var world = await World.StartAsync(outage.Store, Settings(outage, faultFile), disk?.Folder);
        var scene = new OutageScene(world, disk, faultFile);
        await using var talk = await Talk.BeginAsync(world);
        for (var i = 0; i < SendsBefore; i++)
        {
            Assert.Null(await talk.SendAsync());
        }

        await outage.BeginAsync(scene);
        var reasons = await talk.UntilRefusedAsync();
        Assert.Contains(outage.Reason, reasons, StringComparison.Ordinal);
        if (outage.CanRead)
        {
            await talk.CheckAsync(isOver: false);
        }

        await outage.EndAsync(scene);
        await talk.UntilReadyAsync();

        await talk.SendRestAsync();
        await talk.CheckAsync(isOver: true);
        await world.Server.StopAsync(); // so that all it said has been heard
        var said = world.Server.Log.Count(line => line.Contains("The store takes no writes", StringComparison.Ordinal));
        var stalled = world.Server.Log.Count(line =>
            line.Contains("A commit does not end; sends", StringComparison.Ordinal)
        );
        Assert.InRange(said + stalled, 1, 2);
        Assert.Equal(
            said,
            world.Server.Log.Count(line => line.Contains("takes writes again", StringComparison.Ordinal))
        );
    }

    private static Dictionary<string, string> Settings(Outage outage, string faultFile)
    {
        var settings = new Dictionary<string, string>
        {
            ["Hongyan:Delivery:StallTimeout"] = "00:00:02",
            ["Hongyan:Delivery:ProbeInterval"] = "00:00:00.200",
            ["Hongyan:Delivery:MaxUnapplied"] = "400",
            ["Hongyan:Delivery:LogSegmentBytes"] = "16384",
        };
        if (outage.FaultPoint is { } place)
        {
            settings["HONGYAN_FAULT"] = $"{place}:{faultFile}";
        }

        return settings;
    }

    /// <summary>Three people in a group: one sends and renames, the others read.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        private static readonly string Filling = new('雁', 300);
        private readonly World _world;
        private readonly SocketsHttpHandler _handler = new();
        private readonly HttpClient _http;
        private readonly ConcurrentDictionary<Guid, string> _open = new();
        private readonly ConcurrentDictionary<Guid, long> _acknowledged = new();
        private Person[] _people = [];
        private ConversationId _group;
        private HongyanConnection _connection = null!;
        private int _count;

        private Talk(World world)
        {
            _world = world;
            _http = new HttpClient { BaseAddress = world.Server.Address, Timeout = TimeSpan.FromMinutes(2) };
        }

        public static async Task<Talk> BeginAsync(World world)
        {
            var talk = new Talk(world);
            talk._people = await Person.RegisterAsync(world.Server.Address, talk._handler, 3, Token);
            await talk._people[0].BefriendAsync(talk._people[1], Token);
            await talk._people[0].BefriendAsync(talk._people[2], Token);
            var group = await talk._people[0]
                .Api.CreateGroupAsync(
                    new CreateGroupRequest(Guid.CreateVersion7(), "0", [talk._people[1].Id, talk._people[2].Id]),
                    Token
                );
            talk._group = group.Id;
            talk._connection = await talk._people[0].ConnectAsync(new ConnectionOptions { KeepsFrames = false }, Token);
            return talk;
        }

        /// <summary>Sends the next message, or renames the group now and then.</summary>
        /// <returns>The code of the refusal; null when it is acknowledged.</returns>
        public async Task<string?> SendAsync()
        {
            var number = Interlocked.Increment(ref _count);
            var id = Guid.CreateVersion7();
            _open[id] = number % 5 == 0 ? $"title {number}" : $"{number} {Filling}";
            return await SendAsync(id);
        }

        /// <summary>Sends on, whatever comes of it, until a send is refused and the server says that it is not ready.</summary>
        /// <returns>What it says.</returns>
        public async Task<string> UntilRefusedAsync()
        {
            var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            while (true)
            {
                _ = TryAsync();
                var (status, text) = await ReadyAsync();
                if (refused.Task.IsCompleted && status == HttpStatusCode.ServiceUnavailable)
                {
                    return text;
                }
            }

            async Task TryAsync()
            {
                if (await SendAsync() is { } code)
                {
                    Assert.Equal(ErrorCode.StoreUnavailable, code);
                    refused.TrySetResult();
                }
            }
        }

        public async Task UntilReadyAsync()
        {
            while ((await ReadyAsync()).Status != HttpStatusCode.OK)
            {
                // Each look takes a request's time.
            }
        }

        /// <summary>Sends again, with the same ids, what was never acknowledged.</summary>
        public async Task SendRestAsync()
        {
            foreach (var id in _open.Keys.Order())
            {
                Assert.Null(await SendAsync(id));
            }
        }

        /// <summary>Everybody sees the same, and in it everything that was acknowledged, once and where it was said to be.</summary>
        public async Task CheckAsync(bool isOver)
        {
            var acknowledged = _acknowledged.ToArray();
            var stored = await ReadAsync(_people[1]);
            var faults = Ledger.Compare(
                acknowledged.Where(ack => ack.Value > 0).Select(ack => (ack.Key, ack.Value)),
                stored
            );
            Assert.Equal(new Faults(0, 0, 0), faults);
            var ids = stored.Select(message => message.ClientId).ToHashSet();
            Assert.All(acknowledged, ack => Assert.Contains(ack.Key, ids));
            if (isOver)
            {
                Assert.Equal(_count + 1, stored.Count); // and the one that says the group was made
                Assert.Equal(
                    stored.Select(message => (message.Seq, message.ClientId)),
                    (await ReadAsync(_people[2])).Select(message => (message.Seq, message.ClientId))
                );
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _connection.DisposeAsync();
            foreach (var person in _people)
            {
                person.Dispose();
            }

            _http.Dispose();
            _handler.Dispose();
        }

        private async Task<string?> SendAsync(Guid id)
        {
            if (!_open.TryGetValue(id, out var text))
            {
                return null; // acknowledged meanwhile
            }

            try
            {
                if (text.StartsWith("title", StringComparison.Ordinal))
                {
                    await _people[0].Api.RenameGroupAsync(_group, new RenameGroupRequest(id, text), Token);
                    _acknowledged[id] = 0;
                }
                else
                {
                    var ack = await _connection.SendAsync(_group, id, new TextBody(text), Token);
                    _acknowledged[id] = ack.Seq;
                }

                _open.TryRemove(id, out _);
                return null;
            }
            catch (HongyanException exception)
            {
                Assert.True(exception.IsRetryable, exception.Code);
                return exception.Code;
            }
        }

        private async Task<(HttpStatusCode Status, string Text)> ReadyAsync()
        {
            using var answer = await _http.GetAsync(new Uri("health/ready", UriKind.Relative), Token);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
        }

        private async Task<List<Message>> ReadAsync(Person person)
        {
            var messages = new List<Message>();
            HistoryPage page;
            do
            {
                page = await person.Api.HistoryAsync(
                    _group,
                    after: messages.Count == 0 ? 0 : messages[^1].Seq,
                    limit: 200,
                    cancellationToken: Token
                );
                messages.AddRange(page.Messages);
            } while (page.HasMore);

            return messages;
        }
    }
}
