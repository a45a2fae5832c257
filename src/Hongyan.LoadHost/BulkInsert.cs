using System.Data.Common;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Hongyan.LoadHost;

/// <summary>
/// Writes rows of the server's model as fast as the store takes them. Which columns there are, and what goes into them,
/// the model says. Nothing is durable before <see cref="FinishAsync"/>.
/// </summary>
internal abstract class BulkInsert(HongyanDb db) : IAsyncDisposable
{
    public static async Task<BulkInsert> OpenAsync(HongyanDb db)
    {
        await db.Database.OpenConnectionAsync();
        return db.Database.GetDbConnection() switch
        {
            SqliteConnection connection => await SqliteBulkInsert.OpenAsync(db, connection),
            NpgsqlConnection connection => new PostgresBulkInsert(db, connection),
            var other => throw new NotSupportedException(other.GetType().Name),
        };
    }

    /// <summary>Writes rows of one table.</summary>
    public async Task WriteAsync<T>(IEnumerable<T> rows)
        where T : class
    {
        var entity = db.Model.FindEntityType(typeof(T))!;
        var table = entity.GetTableName()!;
        await WriteAsync(
            table,
            [.. entity.GetProperties().Select(property => Column.Of(property, StoreObjectIdentifier.Table(table)))],
            rows
        );
    }

    /// <summary>Makes it all durable, and leaves the store as it would be after a while of quiet.</summary>
    public abstract Task FinishAsync();

    public async ValueTask DisposeAsync() => await db.Database.CloseConnectionAsync();

    protected abstract Task WriteAsync(string table, Column[] columns, IEnumerable<object> rows);

    protected static async Task RunAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A column, and how to get what goes into it.</summary>
    protected sealed record Column(string Name, string Type, Func<object, object?> Value)
    {
        public static Column Of(IProperty property, StoreObjectIdentifier table)
        {
            var getter = property.GetGetter();
            var convert = property.GetTypeMapping().Converter?.ConvertToProvider ?? (value => value);
            return new Column(
                property.GetColumnName(table)!,
                property.GetColumnType().Split('(')[0],
                row => convert(getter.GetClrValue(row))
            );
        }
    }
}

/// <summary>Prepared inserts, without waiting for the disk until the end.</summary>
internal sealed class SqliteBulkInsert : BulkInsert
{
    private const int RowsPerTransaction = 50_000;
    private readonly SqliteConnection _connection;

    private SqliteBulkInsert(HongyanDb db, SqliteConnection connection)
        : base(db) => _connection = connection;

    public static async Task<SqliteBulkInsert> OpenAsync(HongyanDb db, SqliteConnection connection)
    {
        await RunAsync(connection, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;");
        return new SqliteBulkInsert(db, connection);
    }

    public override Task FinishAsync() =>
        RunAsync(_connection, "PRAGMA synchronous = FULL; PRAGMA cache_size = -2000; PRAGMA wal_checkpoint(TRUNCATE);");

    protected override async Task WriteAsync(string table, Column[] columns, IEnumerable<object> rows)
    {
        await using var insert = _connection.CreateCommand();
        insert.CommandText =
            $"INSERT INTO {table} ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))}) "
            + $"VALUES ({string.Join(", ", columns.Select((_, index) => $"@p{index}"))})";
        for (var i = 0; i < columns.Length; i++)
        {
            insert.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
        }

        foreach (var chunk in rows.Chunk(RowsPerTransaction))
        {
            await using var transaction = (SqliteTransaction)await _connection.BeginTransactionAsync();
            insert.Transaction = transaction;
            foreach (var row in chunk)
            {
                for (var i = 0; i < columns.Length; i++)
                {
                    insert.Parameters[i].Value = columns[i].Value(row) ?? DBNull.Value;
                }

                insert.ExecuteNonQuery();
            }

            await transaction.CommitAsync();
        }
    }
}

/// <summary>COPY.</summary>
internal sealed class PostgresBulkInsert(HongyanDb db, NpgsqlConnection connection) : BulkInsert(db)
{
    public override async Task FinishAsync()
    {
        await RunAsync(connection, "VACUUM (ANALYZE)");
        await RunAsync(connection, "CHECKPOINT");
    }

    protected override async Task WriteAsync(string table, Column[] columns, IEnumerable<object> rows)
    {
        var names = string.Join(", ", columns.Select(column => $"\"{column.Name}\""));
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
        );
        copy.Timeout = Timeout.InfiniteTimeSpan;
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            foreach (var column in columns)
            {
                if (column.Value(row) is { } value)
                {
                    await copy.WriteAsync(value, column.Type);
                }
                else
                {
                    await copy.WriteNullAsync();
                }
            }
        }

        await copy.CompleteAsync();
    }
}
