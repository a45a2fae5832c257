using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hongyan.FaultTests.CrashPoints;

/// <summary>The message log of SQLite on a folder of its own, with everything so small that each thing happens often.</summary>
internal sealed class CrashWorld : IDbContextFactory<HongyanDb>, IDisposable
{
    private const string FileName = "hongyan.db";

    private static readonly Lazy<Dictionary<string, byte[]>> Empty = new(MakeEmpty);

    private readonly WriteGate _gate = new(isSingleWriter: true);
    private readonly SqliteFile _file;

    /// <param name="files">What is on the disk; null for a store that was never used.</param>
    /// <param name="mayFail">Decides whether a call of the disk's fails.</param>
    public CrashWorld(IReadOnlyDictionary<string, byte[]>? files = null, Func<bool>? mayFail = null)
    {
        Before = files ?? Empty.Value;
        var memory = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(memory, $"hongyan-crash-{Guid.NewGuid():N}")).FullName;
        foreach (var (path, bytes) in Before)
        {
            var target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, bytes);
        }

        Journal = new DiskJournal(folder, mayFail ?? (static () => false));
        JournalVfs.Begin(Journal);
        LogDisk.Watch(Journal.Watch);
        var connection = ConnectionString(folder, JournalVfs.Name);
        _file = new SqliteFile(connection, Path.Combine(folder, "log"));
        Log = new SqliteMessageLog(
            _file,
            _gate,
            new MessageTail(),
            this,
            new DeliveryOptions
            {
                ApplyChunk = 8,
                ApplyDelay = TimeSpan.FromMilliseconds(1),
                CheckpointRows = 24,
                LogSegmentBytes = 1_500,
                MaxUnapplied = 64,
            },
            NullLogger<SqliteMessageLog>.Instance
        );
    }

    public IReadOnlyDictionary<string, byte[]> Before { get; }

    public DiskJournal Journal { get; }

    public SqliteMessageLog Log { get; }

    /// <summary>All messages in the tables, by conversation and number.</summary>
    public List<(long Conversation, long Seq, Guid ClientId)> ReadTables()
    {
        using var connection = new SqliteConnection(ConnectionString(Journal.Folder, vfs: null));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check";
        Assert.Equal("ok", command.ExecuteScalar());
        command.CommandText = "SELECT conversation_id, seq, client_id FROM messages ORDER BY conversation_id, seq";
        using var reader = command.ExecuteReader();
        var messages = new List<(long, long, Guid)>();
        while (reader.Read())
        {
            messages.Add(
                (reader.GetInt64(0), reader.GetInt64(1), new Guid(reader.GetFieldValue<byte[]>(2), bigEndian: true))
            );
        }

        return messages;
    }

    public HongyanDb CreateDbContext() => NewDb(_file.ConnectionString, _gate);

    public void Dispose()
    {
        Log.Dispose();
        LogDisk.Watch(null);
        JournalVfs.End(Journal);
        _gate.Dispose();
        Directory.Delete(Journal.Folder, recursive: true);
    }

    private static string ConnectionString(string folder, string? vfs)
    {
        var builder = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, FileName),
            Pooling = false,
        };
        if (vfs is not null)
        {
            builder.Vfs = vfs;
        }

        return builder.ToString();
    }

    private static SqliteHongyanDb NewDb(string connection, WriteGate gate) =>
        new(
            new DbContextOptionsBuilder<SqliteHongyanDb>()
                .UseSqlite(connection)
                .AddInterceptors(new SqlitePragmas())
                .Options,
            gate
        );

    private static Dictionary<string, byte[]> MakeEmpty()
    {
        var folder = Directory.CreateTempSubdirectory("hongyan-crash-").FullName;
        using (var gate = new WriteGate(isSingleWriter: true))
        using (var db = NewDb(ConnectionString(folder, vfs: null), gate))
        {
            db.Database.Migrate();
        }

        var files = new Dictionary<string, byte[]> { [FileName] = File.ReadAllBytes(Path.Combine(folder, FileName)) };
        Directory.Delete(folder, recursive: true);
        return files;
    }
}
