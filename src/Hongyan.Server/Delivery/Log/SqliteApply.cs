using Hongyan.Server.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Puts messages of the append log into the tables, on a connection of its own. Its commits need not be on disk when
/// they return, because the log still holds what they hold; a checkpoint makes them so. One thread at a time.
/// </summary>
internal sealed class SqliteApply : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _insert;
    private readonly SqliteCommand _readEpoch;
    private readonly SqliteCommand _readPosition;
    private readonly SqliteCommand _setPosition;

    public SqliteApply(SqliteFile file)
    {
        _connection = new SqliteConnection(file.ConnectionString);
        _connection.Open();
        SqlitePragmas.Apply(_connection);
        Run("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;");
        var prepared = raw.sqlite3_prepare_v2(
            _connection.Handle!,
            "INSERT INTO messages (conversation_id, seq, pts, sender_id, client_id, sent_at, payload_hash, body) "
                + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            out _insert
        );
        SqliteException.ThrowExceptionForRC(prepared, _connection.Handle);
        _readEpoch = Command("SELECT max(epoch) FROM slots");
        _readPosition = Command("SELECT segment, \"offset\" FROM log_position WHERE id = 1");
        _setPosition = Command(
            "INSERT INTO log_position (id, segment, \"offset\") VALUES (1, @segment, @offset) "
                + "ON CONFLICT (id) DO UPDATE SET segment = excluded.segment, \"offset\" = excluded.\"offset\""
        );
        _setPosition.Parameters.Add("@segment", SqliteType.Integer);
        _setPosition.Parameters.Add("@offset", SqliteType.Integer);
    }

    /// <summary>Up to where the tables hold what the log holds.</summary>
    public LogPosition ReadPosition()
    {
        using var reader = _readPosition.ExecuteReader();
        return reader.Read() ? new LogPosition(reader.GetInt64(0), reader.GetInt64(1)) : default;
    }

    /// <summary>
    /// Inserts the next messages of a chunk, and with the last of them moves the position, together. A message that is
    /// there already is passed over: when a chunk is tried again after the process died in the middle of it, its first
    /// messages are.
    /// </summary>
    /// <param name="chunk">Sorted.</param>
    /// <param name="max">The most messages to insert.</param>
    /// <param name="epoch">The epoch this process took the slots with.</param>
    /// <exception cref="FencedException">Another process has taken the slots. Nothing was written.</exception>
    /// <exception cref="LogConflictException">The tables hold another message in the place of one, which cannot be. Nothing was written.</exception>
    public void ApplyNext(LogChunk chunk, int max, long epoch)
    {
        using var transaction = _connection.BeginTransaction();
        _readEpoch.Transaction = transaction;
        if ((long)_readEpoch.ExecuteScalar()! != epoch)
        {
            throw new FencedException("The slots were taken by another process.");
        }

        var rows = chunk.Next(max);
        foreach (var row in rows)
        {
            Insert(row);
        }

        FaultPoint.Reach("apply.inserted");
        if (rows.Length == chunk.Left)
        {
            SetPosition(transaction, chunk.End);
        }

        transaction.Commit();
        FaultPoint.Reach("apply.committed");
    }

    /// <summary>Moves the position alone.</summary>
    public void SetPosition(LogPosition position)
    {
        using var transaction = _connection.BeginTransaction();
        SetPosition(transaction, position);
        transaction.Commit();
    }

    /// <summary>Writes what the write-ahead log holds to the database file, and waits until it is on disk.</summary>
    /// <returns>False when somebody still reads an older state, and some of it has to wait.</returns>
    public bool Checkpoint()
    {
        FaultPoint.Reach("checkpoint.before");
        var result = raw.sqlite3_wal_checkpoint_v2(
            _connection.Handle!,
            "main",
            raw.SQLITE_CHECKPOINT_PASSIVE,
            out var frames,
            out var written
        );
        if (result != raw.SQLITE_BUSY)
        {
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        }

        FaultPoint.Reach("checkpoint.after");
        return result == raw.SQLITE_OK && frames == written;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _readEpoch.Dispose();
        _readPosition.Dispose();
        _setPosition.Dispose();
        _connection.Dispose();
    }

    /// <summary>By hand: this runs once for every message there is, and the provider's parameters cost more than SQLite does.</summary>
    private void Insert(LogRow row)
    {
        _ = raw.sqlite3_bind_int64(_insert, 1, row.Conversation.Value);
        _ = raw.sqlite3_bind_int64(_insert, 2, row.Seq);
        _ = raw.sqlite3_bind_int64(_insert, 3, row.Pts);
        _ = raw.sqlite3_bind_int64(_insert, 4, row.Sender.Value);
        _ = raw.sqlite3_bind_blob(_insert, 5, row.ClientIdBytes);
        _ = raw.sqlite3_bind_int64(_insert, 6, row.SentAt);
        _ = raw.sqlite3_bind_int64(_insert, 7, row.PayloadHash);
        _ = raw.sqlite3_bind_text(_insert, 8, row.Body);
        var result = raw.sqlite3_step(_insert);
        _ = raw.sqlite3_reset(_insert);
        if (result == raw.SQLITE_CONSTRAINT)
        {
            if (!IsThere(row))
            {
                throw new LogConflictException(
                    $"The place of message {row.Seq} of conversation {row.Conversation}, or its client id, is taken."
                );
            }
        }
        else if (result != raw.SQLITE_DONE)
        {
            SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        }
    }

    private bool IsThere(LogRow row)
    {
        using var command = Command(
            "SELECT 1 FROM messages WHERE conversation_id = @conversation AND seq = @seq "
                + "AND sender_id = @sender AND client_id = @client"
        );
        command.Parameters.AddWithValue("@conversation", row.Conversation.Value);
        command.Parameters.AddWithValue("@seq", row.Seq);
        command.Parameters.AddWithValue("@sender", row.Sender.Value);
        command.Parameters.AddWithValue("@client", row.ClientIdBytes.ToArray());
        return command.ExecuteScalar() is not null;
    }

    private void SetPosition(SqliteTransaction transaction, LogPosition position)
    {
        _setPosition.Transaction = transaction;
        _setPosition.Parameters[0].Value = position.Segment;
        _setPosition.Parameters[1].Value = position.Offset;
        _setPosition.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
