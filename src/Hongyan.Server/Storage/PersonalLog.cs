using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Hongyan.Server.Storage;

/// <summary>A thing of a person's that changes.</summary>
internal readonly record struct PersonalKey(long UserId, PersonalKind Kind, long Key);

/// <summary>A thing of a person's that has changed, at this count of theirs.</summary>
internal readonly record struct PersonalEntry(long UserId, PersonalKind Kind, long Key, long Pts);

/// <summary>Writes personal changes inside a transaction of the relational model.</summary>
internal static class PersonalLog
{
    /// <summary>The next count of a person. The row stays locked until the commit, so counts become visible in order.</summary>
    public const string TakePtsSql =
        "INSERT INTO user_cursors (user_id, pts) VALUES (@user, 1) "
        + "ON CONFLICT (user_id) DO UPDATE SET pts = user_cursors.pts + 1 RETURNING pts";

    /// <summary>Moves a thing to a count.</summary>
    public const string StampSql =
        "INSERT INTO personal_log (user_id, kind, key, pts) VALUES (@user, @kind, @key, @pts) "
        + "ON CONFLICT (user_id, kind, key) DO UPDATE SET pts = excluded.pts";

    /// <summary>
    /// Stamps the keys. Call it last in the transaction: it locks the people's counters, in the order of their ids,
    /// so that two transactions can never wait for one another.
    /// </summary>
    /// <returns>One entry per key, to be published after the commit.</returns>
    public static async Task<IReadOnlyList<PersonalEntry>> AppendAsync(
        HongyanDb db,
        IEnumerable<PersonalKey> keys,
        CancellationToken cancellationToken
    )
    {
        await db.SaveChangesAsync(cancellationToken);
        var transaction =
            db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("Personal changes are written inside a transaction.");
        var entries = new List<PersonalEntry>();
        foreach (var key in keys.Distinct().OrderBy(key => key.UserId).ThenBy(key => key.Kind).ThenBy(key => key.Key))
        {
            await using var take = Command(transaction, TakePtsSql, ("@user", key.UserId));
            var pts = Convert.ToInt64(
                await take.ExecuteScalarAsync(cancellationToken),
                System.Globalization.CultureInfo.InvariantCulture
            );
            await using var stamp = Command(
                transaction,
                StampSql,
                ("@user", key.UserId),
                ("@kind", (short)key.Kind),
                ("@key", key.Key),
                ("@pts", pts)
            );
            await stamp.ExecuteNonQueryAsync(cancellationToken);
            entries.Add(new PersonalEntry(key.UserId, key.Kind, key.Key, pts));
        }

        return entries;
    }

    private static DbCommand Command(DbTransaction transaction, string sql, params (string Name, object Value)[] values)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
