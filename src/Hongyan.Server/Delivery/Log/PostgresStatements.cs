using Hongyan.Server.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Hongyan.Server.Delivery.Log;

/// <summary>A batch as statements over arrays, one for each table it touches.</summary>
internal sealed class PostgresStatements
{
    private readonly CommitBatch _batch;
    private readonly int[] _slots;
    private readonly (LogWrite Write, int Index, long User, int Ordinal)[] _personal;

    public PostgresStatements(CommitBatch batch)
    {
        _batch = batch;
        _slots = [.. batch.Writes.Select(write => Slots.Of(write.Conversation)).Distinct()];
        var ordinals = new Dictionary<long, int>();
        _personal =
        [
            .. batch.Writes.SelectMany(write =>
                write.Personal.Select(
                    (key, index) =>
                        (write, index, key.UserId, ordinals[key.UserId] = ordinals.GetValueOrDefault(key.UserId) + 1)
                )
            ),
        ];
    }

    public void AddTo(NpgsqlBatch command)
    {
        Add(command, "SELECT slot, epoch FROM slots WHERE slot = ANY ($1)", Array(_slots, NpgsqlDbType.Integer));
        AddConversations(command);
        AddTitles(command);
        AddMembers(command);
        AddMessages(command);
        AddMarks(command);
        AddPersonal(command);
    }

    /// <summary>Makes sure that this process still holds every slot it writes to.</summary>
    public async Task CheckEpochsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var held = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            held += _batch.Epochs[reader.GetInt32(0)] == reader.GetInt64(1) ? 1 : 0;
        }

        if (held != _slots.Length)
        {
            throw new FencedException($"{_slots.Length - held} slots were taken by another process.");
        }
    }

    /// <summary>
    /// Reads the counts people's things took, which is the only result after the epochs. Reads to the very end: an
    /// error of the last statement must be heard here, because a commit after it would quietly roll back.
    /// </summary>
    public async Task ReadPersonalPtsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var firstPts = new Dictionary<long, long>();
        while (await reader.NextResultAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                firstPts[reader.GetInt64(0)] = reader.GetInt64(1);
            }
        }

        foreach (var write in _batch.Writes.Where(write => write.Personal.Length > 0))
        {
            write.PersonalPts = new long[write.Personal.Length];
        }

        foreach (var (write, index, user, ordinal) in _personal)
        {
            write.PersonalPts[index] = firstPts[user] + ordinal;
        }
    }

    private void AddConversations(NpgsqlBatch command)
    {
        foreach (var write in _batch.Writes)
        {
            if (write.Create is { } create)
            {
                Add(
                    command,
                    "INSERT INTO conversations (id, kind, title, unique_key, created_at) VALUES ($1, $2, $3, $4, $5)",
                    new NpgsqlParameter<long> { TypedValue = write.Conversation.Value },
                    new NpgsqlParameter<int> { TypedValue = (int)create.Kind },
                    new NpgsqlParameter<string> { TypedValue = create.Title },
                    new NpgsqlParameter
                    {
                        Value = (object?)create.UniqueKey ?? DBNull.Value,
                        NpgsqlDbType = NpgsqlDbType.Text,
                    },
                    new NpgsqlParameter<long> { TypedValue = create.CreatedAt }
                );
            }
        }
    }

    private void AddTitles(NpgsqlBatch command)
    {
        foreach (var write in _batch.Writes.Where(write => write.Title is not null))
        {
            Add(
                command,
                "UPDATE conversations SET title = $2 WHERE id = $1",
                new NpgsqlParameter<long> { TypedValue = write.Conversation.Value },
                new NpgsqlParameter<string> { TypedValue = write.Title! }
            );
        }
    }

    private void AddMembers(NpgsqlBatch command)
    {
        var last = new Dictionary<(long, long), (long Id, MemberWrite Member)>();
        foreach (var write in _batch.Writes)
        {
            foreach (var member in write.Members)
            {
                last[(write.Conversation.Value, member.User.Value)] = (write.Conversation.Value, member);
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        var rows = last.Values;
        Add(
            command,
            "INSERT INTO members (conversation_id, user_id, role, joined_at, joined_seq, read_seq, delivered_seq, has_left) "
                + "SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) "
                + "ON CONFLICT (conversation_id, user_id) DO UPDATE SET role = excluded.role, "
                + "joined_at = excluded.joined_at, joined_seq = excluded.joined_seq, "
                + "read_seq = greatest(members.read_seq, excluded.read_seq), "
                + "delivered_seq = greatest(members.delivered_seq, excluded.delivered_seq), has_left = excluded.has_left",
            Bigints(rows.Select(row => row.Id)),
            Bigints(rows.Select(row => row.Member.User.Value)),
            Array(rows.Select(row => (int)row.Member.Role).ToArray(), NpgsqlDbType.Integer),
            Bigints(rows.Select(row => row.Member.JoinedAt)),
            Bigints(rows.Select(row => row.Member.JoinedSeq)),
            Bigints(rows.Select(row => row.Member.ReadSeq)),
            Bigints(rows.Select(row => row.Member.DeliveredSeq)),
            Array(rows.Select(row => row.Member.HasLeft).ToArray(), NpgsqlDbType.Boolean)
        );
    }

    private void AddMessages(NpgsqlBatch command)
    {
        var rows = _batch.Writes.Where(write => write.Message is not null).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        Add(command, MessageColumns.InsertSql, [.. MessageColumns.Of(rows)]);
    }

    private void AddMarks(NpgsqlBatch command)
    {
        var last = new Dictionary<(long Id, long User), MarkWrite>();
        foreach (var write in _batch.Writes)
        {
            if (write.Mark is { } mark)
            {
                last[(write.Conversation.Value, mark.User.Value)] = mark;
            }
        }

        if (last.Count == 0)
        {
            return;
        }

        Add(
            command,
            "UPDATE members SET read_seq = greatest(members.read_seq, mark.read_seq), "
                + "delivered_seq = greatest(members.delivered_seq, mark.delivered_seq) "
                + "FROM unnest($1, $2, $3, $4) AS mark (conversation_id, user_id, read_seq, delivered_seq) "
                + "WHERE members.conversation_id = mark.conversation_id AND members.user_id = mark.user_id",
            Bigints(last.Keys.Select(key => key.Id)),
            Bigints(last.Keys.Select(key => key.User)),
            Bigints(last.Values.Select(mark => mark.ReadSeq)),
            Bigints(last.Values.Select(mark => mark.DeliveredSeq))
        );
    }

    /// <summary>Last, and in the order of the users, so that no two transactions can wait for one another.</summary>
    private void AddPersonal(NpgsqlBatch command)
    {
        if (_personal.Length == 0)
        {
            return;
        }

        var keys = _personal.Select(item => item.Write.Personal[item.Index]).ToList();
        Add(
            command,
            "WITH item AS (SELECT * FROM unnest($1, $2, $3, $4) AS item (user_id, kind, key, ordinal)), "
                + "taken AS (SELECT user_id, count(*) AS number FROM item GROUP BY user_id), "
                + "cursor AS (INSERT INTO user_cursors (user_id, pts) SELECT user_id, number FROM taken ORDER BY user_id "
                + "ON CONFLICT (user_id) DO UPDATE SET pts = user_cursors.pts + excluded.pts RETURNING user_id, pts), "
                + "first AS (SELECT user_id, cursor.pts - taken.number AS pts FROM cursor JOIN taken USING (user_id)), "
                + "stamped AS (INSERT INTO personal_log (user_id, kind, key, pts) "
                + "SELECT user_id, kind, key, max(first.pts + ordinal) FROM item JOIN first USING (user_id) "
                + "GROUP BY user_id, kind, key "
                + "ON CONFLICT (user_id, kind, key) DO UPDATE SET pts = excluded.pts) "
                + "SELECT user_id, pts FROM first",
            Bigints(keys.Select(key => key.UserId)),
            Array(keys.Select(key => (short)key.Kind).ToArray(), NpgsqlDbType.Smallint),
            Bigints(keys.Select(key => key.Key)),
            Array(_personal.Select(item => item.Ordinal).ToArray(), NpgsqlDbType.Integer)
        );
    }

    private static void Add(NpgsqlBatch command, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            statement.Parameters.Add(parameter);
        }

        command.BatchCommands.Add(statement);
    }

    private static NpgsqlParameter<long[]> Bigints(IEnumerable<long> values) =>
        Array(values.ToArray(), NpgsqlDbType.Bigint);

    private static NpgsqlParameter<T[]> Array<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
