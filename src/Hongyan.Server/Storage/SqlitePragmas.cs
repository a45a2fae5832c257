using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Hongyan.Server.Storage;

/// <summary>Settings each SQLite connection needs: the write-ahead log, and fsync before a commit is called done.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    /// <summary>
    /// Durable commits, and five seconds of patience. Checkpoints are made apart, so that no commit has to wait for one.
    /// </summary>
    private const string Sql =
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY; "
        + "PRAGMA wal_autocheckpoint = 0;";

    /// <summary>Kept in the file; one that was restored from a backup may have lost it.</summary>
    private const string WriteAheadLog = "PRAGMA journal_mode = WAL; ";

    public static void Apply(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        // Migrations look at the file through a connection that only reads, before any other.
        var isReadOnly = new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly;
        command.CommandText = isReadOnly ? Sql : WriteAheadLog + Sql;
        command.ExecuteNonQuery();
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
        Apply(connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        Apply(connection);
        return Task.CompletedTask;
    }
}
