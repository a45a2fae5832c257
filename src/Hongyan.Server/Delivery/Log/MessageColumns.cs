using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Hongyan.Server.Delivery.Log;

/// <summary>Messages as one array for each column, which is how PostgreSQL takes many at once fastest.</summary>
internal static class MessageColumns
{
    /// <summary>
    /// Inserts them. No ON CONFLICT here, ever: a conflict means that this process's memory is wrong, and must be heard.
    /// </summary>
    public const string InsertSql =
        "INSERT INTO messages (conversation_id, seq, pts, sender_id, client_id, sent_at, payload_hash, body) "
        + "SELECT message.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS message";

    /// <summary>
    /// Inserts them, unless another process has taken one of their slots: then none. So it can be committed without
    /// having looked at the epochs first.
    /// </summary>
    private const string InsertIfHeldSql =
        InsertSql
        + " WHERE (SELECT count(*) FROM unnest($9, $10) AS held (slot, epoch) JOIN slots USING (slot, epoch)) = $11";

    /// <summary>The statement that inserts messages and nothing else; it affects as many rows, or none.</summary>
    public static NpgsqlBatchCommand InsertIfHeld(CommitBatch batch)
    {
        // In the order of the key: those of a conversation lie on the same page.
        var rows = new LogWrite[batch.Writes.Count];
        var epochs = new Dictionary<int, long>();
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = batch.Writes[i];
            var slot = Slots.Of(rows[i].Conversation);
            epochs.TryAdd(slot, batch.Epochs[slot]);
        }

        Array.Sort(rows, Compare);
        var statement = new NpgsqlBatchCommand(InsertIfHeldSql);
        foreach (var column in Of(rows))
        {
            statement.Parameters.Add(column);
        }

        statement.Parameters.Add(Column(epochs.Keys.ToArray(), NpgsqlDbType.Integer));
        statement.Parameters.Add(Column(epochs.Values.ToArray(), NpgsqlDbType.Bigint));
        statement.Parameters.Add(new NpgsqlParameter<long> { TypedValue = epochs.Count });
        return statement;
    }

    /// <summary>The parameters of <see cref="InsertSql"/>.</summary>
    /// <param name="rows">Each with a message.</param>
    public static NpgsqlParameter[] Of(IReadOnlyList<LogWrite> rows)
    {
        var count = rows.Count;
        var (conversations, seqs, pts) = (new long[count], new long[count], new long[count]);
        var (senders, clientIds, bodies) = (new long[count], new Guid[count], new string[count]);
        var (times, hashes) = (new long[count], new long[count]);
        for (var i = 0; i < count; i++)
        {
            var message = rows[i].Message!;
            conversations[i] = rows[i].Conversation.Value;
            seqs[i] = message.Seq;
            pts[i] = message.Pts;
            senders[i] = message.Sender.Value;
            clientIds[i] = message.ClientId;
            times[i] = message.SentAt;
            hashes[i] = message.PayloadHash;
            bodies[i] = Encoding.UTF8.GetString(message.Body.Span);
        }

        return
        [
            Column(conversations, NpgsqlDbType.Bigint),
            Column(seqs, NpgsqlDbType.Bigint),
            Column(pts, NpgsqlDbType.Bigint),
            Column(senders, NpgsqlDbType.Bigint),
            Column(clientIds, NpgsqlDbType.Uuid),
            Column(times, NpgsqlDbType.Bigint),
            Column(hashes, NpgsqlDbType.Bigint),
            Column(bodies, NpgsqlDbType.Text),
        ];
    }

    private static int Compare(LogWrite left, LogWrite right) =>
        left.Conversation == right.Conversation
            ? left.Message!.Seq.CompareTo(right.Message!.Seq)
            : left.Conversation.Value.CompareTo(right.Conversation.Value);

    private static NpgsqlParameter<T[]> Column<T>(T[] values, NpgsqlDbType type) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
