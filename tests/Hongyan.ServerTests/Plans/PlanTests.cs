using System.Globalization;
using System.Text.RegularExpressions;
using Hongyan.Contracts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Storage;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Plans;

/// <summary>
/// What a device reads is a range of an index, however much there is: any page of a conversation of a million messages,
/// the difference after a week away, and the heads of a thousand conversations. The plans are those of the very queries
/// that the server makes.
/// </summary>
public sealed partial class PlanTests(Servers servers)
{
    private const long Big = 1;
    private const long Person = 1;
    private const int Conversations = 1_000;

    /// <summary>A million where the plan may follow from how much there is, which PostgreSQL's statistics tell.</summary>
    private const int PostgresMessages = 1_000_000;

    /// <summary>
    /// SQLite keeps no statistics unless it is told to ANALYZE, which the server never does (and the test makes sure of),
    /// so the plan for a million rows is the one for these.
    /// </summary>
    private const int SqliteMessages = 2_000;

    [Theory, CombinatorialStores]
    public async Task Reads_OfALongHistory_AreRangesOfAnIndex(Store store)
    {
        await using var server = await TestServer.StartAsync(servers.NewFolder(), await servers.NewStoreAsync(store));
        var contexts = new Contexts(server);
        await using (var db = contexts.CreateDbContext())
        {
            await FillAsync(db);
            contexts.Capture.Take();
        }

        var last = store == Store.Postgres ? PostgresMessages : SqliteMessages;
        var reader = new SyncReader(contexts, new MessageTail(), new PersonalRendering([]));
        var (user, chat) = (new UserId(Person), new ConversationId(Big));
        var middle = last / 2;

        await CheckAsync("the newest page", reader.HistoryAsync(user, chat, null, null, 200, Token));
        await CheckAsync("a page before", reader.HistoryAsync(user, chat, middle, null, 200, Token));
        await CheckAsync("a page after", reader.HistoryAsync(user, chat, null, middle, 200, Token));
        await CheckAsync("the first page", reader.HistoryAsync(user, chat, null, 0, 200, Token));
        await CheckAsync("a week's difference", reader.DifferenceAsync(user, chat, last - 1_500, 200, Token));
        await CheckAsync("the whole difference", reader.DifferenceAsync(user, chat, 0, 200, Token));
        await CheckAsync("personal changes", reader.ChangesAsync(user, 500, 200, Token));
        await CheckAsync("the heads", reader.HeadsAsync(user, null, 200, Token), sortsHeads: true);
        await CheckAsync("a head", reader.HeadAsync(user, chat, Token));

        async Task CheckAsync<T>(string what, Task<Outcome<T>> read, bool sortsHeads = false)
            where T : class
        {
            Assert.Null((await read).Error);
            var plans = contexts.Capture.Take();
            Assert.NotEmpty(plans);
            foreach (var (sql, plan) in plans)
            {
                var shown = $"{what}:\n{sql}\n{plan}";
                if (store == Store.Postgres)
                {
                    CheckPostgres(plan, shown, sortsHeads);
                }
                else
                {
                    CheckSqlite(plan, shown, sortsHeads);
                }
            }
        }
    }

    private static void CheckSqlite(string plan, string shown, bool sortsHeads)
    {
        foreach (var line in plan.Split('\n'))
        {
            // Lists of ids come as a table of their own.
            Assert.False(
                line.StartsWith("SCAN", StringComparison.Ordinal)
                    && !line.Contains("VIRTUAL TABLE", StringComparison.Ordinal),
                shown
            );
            Assert.False(line.Contains("TEMP B-TREE", StringComparison.Ordinal) && !sortsHeads, shown);
        }
    }

    private static void CheckPostgres(string plan, string shown, bool sortsHeads)
    {
        foreach (var line in plan.Split('\n'))
        {
            Assert.False(line.Contains("Seq Scan on messages", StringComparison.Ordinal), shown);
            Assert.False(line.Contains("Sort", StringComparison.Ordinal) && !sortsHeads, shown);
            if (line.Contains(" on messages ", StringComparison.Ordinal))
            {
                // Each look into the index reads a page of messages and the one that says whether there are more.
                var rows = Rows().Match(line);
                Assert.True(
                    rows.Success
                        && long.Parse(rows.Groups[1].Value, CultureInfo.InvariantCulture) <= Limits.PageSize + 1,
                    shown
                );
            }

            if (line.Contains("Rows Removed by Filter", StringComparison.Ordinal))
            {
                Assert.True(
                    long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture) <= Conversations,
                    shown
                );
            }
        }
    }

    /// <summary>One person in a thousand conversations, one of them long. The rows are made in the store.</summary>
    private static async Task FillAsync(HongyanDb db)
    {
        var isPostgres = db.Database.IsNpgsql();
        var messages = isPostgres ? PostgresMessages : SqliteMessages;
        string Numbers(int count) =>
            isPostgres
                ? $"generate_series(1, {count}) AS numbers (i)"
                : $"(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)";
        string Id(string i) => isPostgres ? $"lpad(to_hex({i}), 32, '0')::uuid" : $"CAST(printf('%016d', {i}) AS BLOB)";
        var no = isPostgres ? "false" : "0";
        if (isPostgres)
        {
            // Nothing of this has to survive anything, and the file is smaller by what a journal would take.
            await RunAsync("ALTER TABLE messages SET UNLOGGED");
        }

        await RunAsync(
            "INSERT INTO conversations (id, kind, title, unique_key, created_at) "
                + $"SELECT i, 2, 'Group', NULL, i FROM {Numbers(Conversations)}"
        );
        await RunAsync(
            "INSERT INTO members (conversation_id, user_id, role, joined_at, joined_seq, read_seq, delivered_seq, has_left) "
                + $"SELECT i, {Person}, 1, 1, 0, 0, 0, {no} FROM {Numbers(Conversations)}"
        );
        await RunAsync(
            "INSERT INTO messages (conversation_id, seq, pts, sender_id, client_id, sent_at, payload_hash, body) "
                + $"SELECT {Big}, i, i, {Person}, {Id("i")}, i, 1, '{{\"kind\":\"text\",\"text\":\"x\"}}' FROM {Numbers(messages)}"
        );
        await RunAsync(
            "INSERT INTO messages (conversation_id, seq, pts, sender_id, client_id, sent_at, payload_hash, body) "
                + $"SELECT i, 1, 1, {Person}, {Id($"{messages} + i")}, i, 1, '{{\"kind\":\"text\",\"text\":\"x\"}}' "
                + $"FROM {Numbers(Conversations)} WHERE i > {Big}"
        );
        await RunAsync($"INSERT INTO user_cursors (user_id, pts) VALUES ({Person}, {Conversations})");
        await RunAsync(
            $"INSERT INTO personal_log (user_id, kind, key, pts) SELECT {Person}, 1, i, i FROM {Numbers(Conversations)}"
        );
        if (isPostgres)
        {
            await RunAsync("ANALYZE");
        }
        else
        {
            Assert.Empty(
                await db
                    .Database.SqlQueryRaw<string>(
                        "SELECT name AS Value FROM sqlite_master WHERE name LIKE 'sqlite_stat%'"
                    )
                    .ToListAsync(Token)
            );
        }

        async Task RunAsync(string sql)
        {
            db.Database.SetCommandTimeout(TimeSpan.FromMinutes(5));
#pragma warning disable EF1002 // all of it is made here
            await db.Database.ExecuteSqlRawAsync(
                sql.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal),
                Token
            );
#pragma warning restore EF1002
        }
    }

    [GeneratedRegex(@"actual rows=(\d+)")]
    private static partial Regex Rows();

    /// <summary>Contexts on the server's own store, whose queries are explained.</summary>
    private sealed class Contexts(TestServer server) : IDbContextFactory<HongyanDb>
    {
        private readonly WriteGate _gate = server.Services.GetRequiredService<WriteGate>();

        public PlanCapture Capture { get; } = new();

        public HongyanDb CreateDbContext() =>
            server.Services.GetService<NpgsqlDataSource>() is { } source
                ? new PostgresHongyanDb(
                    new DbContextOptionsBuilder<PostgresHongyanDb>().UseNpgsql(source).AddInterceptors(Capture).Options,
                    _gate
                )
                : new SqliteHongyanDb(
                    new DbContextOptionsBuilder<SqliteHongyanDb>()
                        .UseSqlite(server.Services.GetRequiredService<SqliteFile>().ConnectionString)
                        .AddInterceptors(new SqlitePragmas(), Capture)
                        .Options,
                    _gate
                );
    }
}
