using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Load.Lean;
using Hongyan.Load.Worlds;
using Hongyan.Server;
using Hongyan.Server.Accounts;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Hongyan.LoadHost;

/// <summary>
/// Fills an empty store with people, devices, conversations and history: the rows that the server would have written,
/// in bulk, because measuring ten thousand devices should not begin with ten thousand registrations.
/// </summary>
internal sealed class Preparing
{
    private const int HistoryRun = 0xFFF;
    private static readonly TimeSpan HistoryAge = TimeSpan.FromDays(365);

    private readonly IServiceProvider _services;
    private readonly WorldSpec _spec;
    private readonly IdGenerator _ids;
    private readonly long _now;
    private readonly List<Account> _people = [];
    private readonly List<SessionRow> _sessions = [];
    private readonly List<ContactRow> _contacts = [];
    private readonly List<ConversationRow> _conversations = [];
    private readonly List<MemberRow> _members = [];
    private readonly List<PersonalRow> _personal = [];
    private readonly Dictionary<long, long> _personalPts = [];
    private readonly List<(long Id, int[] Members)> _chats = [];

    private Preparing(IServiceProvider services, WorldSpec spec)
    {
        (_services, _spec) = (services, spec);
        _ids = services.GetRequiredService<IdGenerator>();
        _now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>Fills the store of a data directory, and prints what is in it then.</summary>
    public static async Task RunAsync(string dataDirectory, string spec)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hongyan:DataDirectory"] = dataDirectory,
            ["Logging:Console:LogLevel:Default"] = "None", // what is printed is the answer
        };
        await using var app = HongyanServer.Build(settings);
        await app.Services.MigrateStorageAsync(CancellationToken.None);
        var world = await new Preparing(
            app.Services,
            JsonSerializer.Deserialize(spec, WorldJson.Default.WorldSpec)!
        ).FillAsync();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(world, WorldJson.Default.World));
    }

    private async Task<World> FillAsync()
    {
        for (var i = 0; i < _spec.People; i++)
        {
            AddPerson(i);
        }

        for (var i = 0; _spec.HasPairs && i + 1 < _spec.People; i += 2)
        {
            AddPair(i, i + 1);
        }

        for (var i = 0; i < _spec.Groups; i++)
        {
            AddGroup(i);
        }

        var seqs = Enumerable.Range(0, _chats.Count).Select(Rows).ToArray();
        await using var db = await _services.GetRequiredService<IDbContextFactory<HongyanDb>>().CreateDbContextAsync();
        await using var bulk = await BulkInsert.OpenAsync(db);
        await bulk.WriteAsync(_people);
        await bulk.WriteAsync(_sessions);
        await bulk.WriteAsync(_contacts);
        await bulk.WriteAsync(_conversations);
        await bulk.WriteAsync(_members);
        await bulk.WriteAsync(_personalPts.Select(pair => new UserCursorRow { UserId = pair.Key, Pts = pair.Value }));
        await bulk.WriteAsync(_personal);
        var clock = Stopwatch.StartNew();
        await bulk.WriteAsync(History());
        await bulk.FinishAsync();
        return new World(
            [.. Devices()],
            [.. _chats.Select((chat, index) => new WorldChat(chat.Id, chat.Members, seqs[index]))],
            seqs.Sum(),
            clock.Elapsed.TotalSeconds
        );
    }

    /// <summary>How many messages a conversation gets: all the same, and the first ones take what is left over.</summary>
    private long Rows(int chat) =>
        (_spec.HistoryRows / _chats.Count) + (chat < _spec.HistoryRows % _chats.Count ? 1 : 0);

    private void AddPerson(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Person {number}");
        var handle = string.Create(CultureInfo.InvariantCulture, $"person{number}");
        var order = NameOrder.Of(name);
        var account = new Account
        {
            Id = _ids.Next(),
            UserName = handle,
            NormalizedUserName = handle.ToUpperInvariant(),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            Name = name,
            Initial = order.Initial,
            SortKey = order.SortKey,
            CreatedAt = _now,
        };
        _people.Add(account);
        Stamp(account.Id, PersonalKind.Me, account.Id);
        for (var i = 0; i < _spec.Devices; i++)
        {
            _sessions.Add(
                new SessionRow
                {
                    Id = _ids.Next(),
                    UserId = account.Id,
                    DeviceName = "load",
                    DeviceKind = DeviceKind.Bot,
                    Generation = 0,
                    RotatedAt = _now,
                    SignedInAt = _now,
                    LastActiveAt = _now,
                }
            );
        }

        AddConversation(ConversationKind.Notes, "", ConversationRow.NotesKey(account.Id), [number]);
    }

    private void AddPair(int one, int other)
    {
        var (a, b) = (_people[one].Id, _people[other].Id);
        foreach (var (owner, contact) in new[] { (a, b), (b, a) })
        {
            _contacts.Add(
                new ContactRow
                {
                    OwnerId = owner,
                    OtherId = contact,
                    Since = _now,
                }
            );
            Stamp(owner, PersonalKind.Contact, contact);
        }

        _chats.Add(
            (AddConversation(ConversationKind.Direct, "", ConversationRow.DirectKey(a, b), [one, other]), [one, other])
        );
    }

    private void AddGroup(int number)
    {
        int[] members = [.. Enumerable.Range(number * _spec.GroupSize, _spec.GroupSize)];
        var title = string.Create(CultureInfo.InvariantCulture, $"Group {number}");
        _chats.Add((AddConversation(ConversationKind.Group, title, null, members), members));
    }

    private long AddConversation(ConversationKind kind, string title, string? key, int[] members)
    {
        var conversation = new ConversationRow
        {
            Id = _ids.Next(),
            Kind = kind,
            Title = title,
            UniqueKey = key,
            CreatedAt = _now,
        };
        _conversations.Add(conversation);
        foreach (var member in members)
        {
            _members.Add(
                new MemberRow
                {
                    ConversationId = conversation.Id,
                    UserId = _people[member].Id,
                    Role =
                        member == members[0] && kind != ConversationKind.Direct ? MemberRole.Owner : MemberRole.Member,
                    JoinedAt = _now,
                    JoinedSeq = 0,
                    ReadSeq = 0,
                    DeliveredSeq = 0,
                    HasLeft = false,
                }
            );
            Stamp(_people[member].Id, PersonalKind.Conversation, conversation.Id);
        }

        return conversation.Id;
    }

    private void Stamp(long user, PersonalKind kind, long key)
    {
        var pts = _personalPts[user] = _personalPts.GetValueOrDefault(user) + 1;
        _personal.Add(
            new PersonalRow
            {
                UserId = user,
                Kind = kind,
                Key = key,
                Pts = pts,
            }
        );
    }

    /// <summary>Messages of the past year, in the order in which they came in: every conversation a little at a time.</summary>
    private IEnumerable<MessageRow> History()
    {
        var began = _now - (long)HistoryAge.TotalMilliseconds;
        for (var row = 0L; row < _spec.HistoryRows; row++)
        {
            var (id, members) = _chats[(int)(row % _chats.Count)];
            var seq = (row / _chats.Count) + 1;
            var sentAt = began + (long)(row * HistoryAge.TotalMilliseconds / _spec.HistoryRows);
            var body = Frames.SerializeBody(new TextBody(SendTemplate.Text(row)));
            yield return new MessageRow
            {
                ConversationId = id,
                Seq = seq,
                Pts = seq,
                SenderId = _people[members[(int)(seq % members.Length)]].Id,
                ClientId = new LoadId(HistoryRun, 0, row).At(sentAt),
                SentAt = sentAt,
                PayloadHash = Sequencer.PayloadHash(new ConversationId(id), body),
                Body = Encoding.UTF8.GetString(body),
            };
        }
    }

    private IEnumerable<WorldDevice> Devices()
    {
        var tokens = _services.GetRequiredService<AccessTokens>();
        for (var i = 0; i < _sessions.Count; i++)
        {
            var session = _sessions[i];
            var token = tokens.Issue(new UserId(session.UserId), new SessionId(session.Id));
            yield return new WorldDevice(i / _spec.Devices, session.UserId, token);
        }
    }
}
