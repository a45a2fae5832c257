using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// The message log in PostgreSQL: sends are committed in one round trip, whatever their number; other things in two, a
/// batch of set-wise statements and the commit itself. Two commits run side by side, each for its own half of the slots.
/// </summary>
internal sealed class PostgresMessageLog(NpgsqlDataSource source, IDbContextFactory<HongyanDb> contexts) : IMessageLog
{
    /// <summary>Shared by every commit, exclusive for taking slots: an owner's commits end before the next one reads.</summary>
    private const long OwnershipLock = 0x486F6E6779616E; // "Hongyan"

    public int WriterCount => 2;

    public bool HasAppendLog => false;

    public async Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)")
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = OwnershipLock } },
                },
                new NpgsqlBatchCommand(
                    "INSERT INTO slots (slot, epoch, owner) SELECT slot, 1, $1 FROM generate_series(0, $2) slot "
                        + "ON CONFLICT (slot) DO UPDATE SET epoch = slots.epoch + 1, owner = excluded.owner "
                        + "RETURNING slot, epoch"
                )
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = owner },
                        new NpgsqlParameter<int> { TypedValue = Slots.Count - 1 },
                    },
                },
            },
        };
        var epochs = new long[Slots.Count];
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                epochs[reader.GetInt32(0)] = reader.GetInt64(1);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return epochs;
    }

    public Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken) =>
        LogReader.LoadAsync(contexts, conversation, cancellationToken);

    public Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken) =>
        LogReader.FindSendAsync(contexts, sender, clientId, cancellationToken);

    public async Task<IReadOnlyList<(UserId Sender, long Latest)>> LatestClientIdsAsync(
        long since,
        CancellationToken cancellationToken
    )
    {
        // As text because PostgreSQL has no max(uuid) before version 18; the order is the same.
        await using var command = source.CreateCommand(
            "SELECT sender_id, max(client_id::text) FROM messages WHERE client_id >= $1 GROUP BY sender_id"
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = LogReader.FirstClientIdAfter(since) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await LogReader.ReadLatestClientIdsAsync(
            reader,
            static row => Guid.ParseExact(row.GetString(1), "D"),
            cancellationToken
        );
    }

    public async Task ProbeAsync(long[] epochs, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                // Exclusive: a commit that failed for this process may still be under way in the database.
                new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)")
                {
                    Parameters = { new NpgsqlParameter<long> { TypedValue = OwnershipLock } },
                },
                // A page of a table of its own needs room as messages do; nobody ever sees it.
                new NpgsqlBatchCommand("SAVEPOINT probe"),
                new NpgsqlBatchCommand(
                    "CREATE TABLE hongyan_probe AS SELECT repeat(md5(i::text), 32) FROM generate_series(1, 64) i"
                ),
                new NpgsqlBatchCommand("ROLLBACK TO SAVEPOINT probe"),
                new NpgsqlBatchCommand("UPDATE slots SET owner = owner WHERE slot = 0"),
                new NpgsqlBatchCommand("SELECT slot, epoch FROM slots"),
            },
        };
        var held = 0;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                held += epochs[reader.GetInt32(0)] == reader.GetInt64(1) ? 1 : 0;
            }
        }

        FaultPoint.Reach("write.before");
        await transaction.CommitAsync(cancellationToken);
        FaultPoint.Reach("write.committed");
        if (held != Slots.Count)
        {
            throw new FencedException($"{Slots.Count - held} slots were taken by another process.");
        }
    }

    public Task CloseAsync() => Task.CompletedTask;

    public async Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            FaultPoint.Reach("write.before");
            await (
                batch.Writes.All(write => write.IsSend)
                    ? CommitSendsAsync(connection, batch, cancellationToken)
                    : CommitAllAsync(connection, batch, cancellationToken)
            );
            FaultPoint.Reach("write.committed");
        }
        catch (PostgresException exception) when (IsOfTheWritesThemselves(exception.SqlState))
        {
            throw new LogConflictException("The database refuses one of the writes.", exception);
        }
    }

    /// <summary>What PostgreSQL gets in one piece is a transaction, without saying so.</summary>
    private static async Task CommitSendsAsync(
        NpgsqlConnection connection,
        CommitBatch batch,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlBatch(connection)
        {
            BatchCommands = { ShareOwnership(), MessageColumns.InsertIfHeld(batch) },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken) != batch.Writes.Count)
        {
            throw new FencedException("Some slots were taken by another process.");
        }
    }

    private static async Task CommitAllAsync(
        NpgsqlConnection connection,
        CommitBatch batch,
        CancellationToken cancellationToken
    )
    {
        var statements = new PostgresStatements(batch);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlBatch(connection, transaction) { BatchCommands = { ShareOwnership() } };
        statements.AddTo(command);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            await statements.CheckEpochsAsync(reader, cancellationToken);
            await statements.ReadPersonalPtsAsync(reader, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand ShareOwnership() =>
        new("SELECT pg_advisory_xact_lock_shared($1)")
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = OwnershipLock } },
        };

    /// <summary>A data exception (class 22) or a violated constraint (class 23): the same writes would fail again.</summary>
    private static bool IsOfTheWritesThemselves(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal);
}
