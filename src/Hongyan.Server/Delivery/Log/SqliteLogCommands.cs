using System.Text;
using Hongyan.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Hongyan.Server.Delivery.Log;

/// <summary>The prepared statements of the SQLite log, on a connection of their own. One thread at a time.</summary>
internal sealed class SqliteLogCommands : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _readEpochs;
    private readonly SqliteCommand _insertConversation;
    private readonly SqliteCommand _setTitle;
    private readonly SqliteCommand _setMember;
    private readonly SqliteCommand _insertMessage;
    private readonly SqliteCommand _setMarks;
    private readonly SqliteCommand _takePts;
    private readonly SqliteCommand _stamp;
    private readonly SqliteCommand _touch;

    public SqliteLogCommands(SqliteFile file)
    {
        _connection = new SqliteConnection(file.ConnectionString);
        _connection.Open();
        SqlitePragmas.Apply(_connection);
        _readEpochs = Prepare("SELECT slot, epoch FROM slots");
        _insertConversation = Prepare(
            "INSERT INTO conversations (id, kind, title, unique_key, created_at) VALUES (@id, @kind, @title, @key, @at)",
            "@id",
            "@kind",
            "@title",
            "@key",
            "@at"
        );
        _setTitle = Prepare("UPDATE conversations SET title = @title WHERE id = @id", "@id", "@title");
        _setMember = Prepare(
            "INSERT INTO members (conversation_id, user_id, role, joined_at, joined_seq, read_seq, delivered_seq, has_left) "
                + "VALUES (@id, @user, @role, @at, @joined, @read, @delivered, @left) "
                + "ON CONFLICT (conversation_id, user_id) DO UPDATE SET role = excluded.role, "
                + "joined_at = excluded.joined_at, joined_seq = excluded.joined_seq, "
                + "read_seq = max(read_seq, excluded.read_seq), "
                + "delivered_seq = max(delivered_seq, excluded.delivered_seq), has_left = excluded.has_left",
            "@id",
            "@user",
            "@role",
            "@at",
            "@joined",
            "@read",
            "@delivered",
            "@left"
        );
        _insertMessage = Prepare(
            "INSERT INTO messages (conversation_id, seq, pts, sender_id, client_id, sent_at, payload_hash, body) "
                + "VALUES (@id, @seq, @pts, @sender, @client, @at, @hash, @body)",
            "@id",
            "@seq",
            "@pts",
            "@sender",
            "@client",
            "@at",
            "@hash",
            "@body"
        );
        _setMarks = Prepare(
            "UPDATE members SET read_seq = max(read_seq, @read), delivered_seq = max(delivered_seq, @delivered) "
                + "WHERE conversation_id = @id AND user_id = @user",
            "@id",
            "@user",
            "@read",
            "@delivered"
        );
        _takePts = Prepare(PersonalLog.TakePtsSql, "@user");
        _stamp = Prepare(PersonalLog.StampSql, "@user", "@kind", "@key", "@pts");
        // There and back: an update that changes nothing writes nothing.
        _touch = Prepare(
            "UPDATE slots SET epoch = epoch + 1 WHERE slot = 0; UPDATE slots SET epoch = epoch - 1 WHERE slot = 0"
        );
    }

    public SqliteTransaction Begin()
    {
        var transaction = _connection.BeginTransaction();
        foreach (var command in Commands)
        {
            command.Transaction = transaction;
        }

        return transaction;
    }

    private SqliteCommand[] Commands =>
        [_readEpochs, _insertConversation, _setTitle, _setMember, _insertMessage, _setMarks, _takePts, _stamp, _touch];

    /// <summary>Raises every slot's epoch in a transaction of its own.</summary>
    public long[] TakeSlots(string owner)
    {
        var epochs = new long[Slots.Count];
        using var transaction = _connection.BeginTransaction();
        using var take = _connection.CreateCommand();
        take.Transaction = transaction;
        take.CommandText =
            "INSERT INTO slots (slot, epoch, owner) VALUES (@slot, 1, @owner) "
            + "ON CONFLICT (slot) DO UPDATE SET epoch = slots.epoch + 1, owner = excluded.owner RETURNING epoch";
        var slotParameter = take.Parameters.Add("@slot", SqliteType.Integer);
        take.Parameters.AddWithValue("@owner", owner);
        for (var slot = 0; slot < Slots.Count; slot++)
        {
            slotParameter.Value = slot;
            epochs[slot] = (long)take.ExecuteScalar()!;
        }

        transaction.Commit();
        return epochs;
    }

    /// <summary>
    /// Commits something of no consequence. What a commit that failed left in the write-ahead log, where a crash would
    /// bring it to life, is overwritten.
    /// </summary>
    public void Touch(long[] epochs)
    {
        using var transaction = Begin();
        CheckEpochs(epochs, Enumerable.Range(0, Slots.Count));
        _touch.ExecuteNonQuery();
        FaultPoint.Reach("write.before");
        transaction.Commit();
        FaultPoint.Reach("write.committed");
    }

    /// <summary>Makes sure that this process still holds every slot it writes to.</summary>
    public void CheckEpochs(CommitBatch batch) =>
        CheckEpochs(batch.Epochs, batch.Writes.Select(write => Slots.Of(write.Conversation)));

    private void CheckEpochs(long[] held, IEnumerable<int> slots)
    {
        Span<long> epochs = stackalloc long[Slots.Count];
        using (var reader = _readEpochs.ExecuteReader())
        {
            while (reader.Read())
            {
                epochs[reader.GetInt32(0)] = reader.GetInt64(1);
            }
        }

        foreach (var slot in slots)
        {
            if (epochs[slot] != held[slot])
            {
                throw new FencedException($"Slot {slot} was taken by another process.");
            }
        }
    }

    public void Write(LogWrite write)
    {
        var id = write.Conversation.Value;
        if (write.Create is { } create)
        {
            Run(_insertConversation, id, (int)create.Kind, create.Title, create.UniqueKey, create.CreatedAt);
        }

        if (write.Title is { } title)
        {
            Run(_setTitle, id, title);
        }

        foreach (var member in write.Members)
        {
            Run(
                _setMember,
                id,
                member.User.Value,
                (int)member.Role,
                member.JoinedAt,
                member.JoinedSeq,
                member.ReadSeq,
                member.DeliveredSeq,
                member.HasLeft ? 1 : 0
            );
        }

        if (write.Message is { } message)
        {
            Run(
                _insertMessage,
                id,
                message.Seq,
                message.Pts,
                message.Sender.Value,
                HongyanDb.ToOrderedBytes(message.ClientId),
                message.SentAt,
                message.PayloadHash,
                Encoding.UTF8.GetString(message.Body.Span)
            );
        }

        if (write.Mark is { } mark)
        {
            Run(_setMarks, id, mark.User.Value, mark.ReadSeq, mark.DeliveredSeq);
        }

        WritePersonal(write);
    }

    public void Dispose()
    {
        foreach (var command in Commands)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private void WritePersonal(LogWrite write)
    {
        if (write.Personal.Length == 0)
        {
            return;
        }

        write.PersonalPts = new long[write.Personal.Length];
        for (var i = 0; i < write.Personal.Length; i++)
        {
            var key = write.Personal[i];
            _takePts.Parameters[0].Value = key.UserId;
            var pts = (long)_takePts.ExecuteScalar()!;
            Run(_stamp, key.UserId, (int)key.Kind, key.Key, pts);
            write.PersonalPts[i] = pts;
        }
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
