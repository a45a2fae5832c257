using System.Data;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Log;

/// <summary>The message log in the SQLite file: one writer, one fsync a commit.</summary>
internal sealed class SqliteMessageLog(SqliteFile file, WriteGate gate, IDbContextFactory<HongyanDb> contexts)
    : IMessageLog,
        IDisposable
{
    private const int UniqueConstraint = 2067;
    private const int PrimaryKeyConstraint = 1555;

    private SqliteLogCommands? _commands;

    public int WriterCount => 1;

    public async Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        _commands?.Dispose();
        _commands = new SqliteLogCommands(file);
        return _commands.TakeSlots(owner);
    }

    public Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken) =>
        LogReader.LoadAsync(contexts, conversation, cancellationToken);

    public Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken) =>
        LogReader.FindSendAsync(contexts, sender, clientId, cancellationToken);

    public async Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        var commands =
            _commands ?? throw new InvalidOperationException("Slots are taken before anything is committed.");
        using var pass = await gate.EnterAsync(cancellationToken);
        using var transaction = commands.Begin();
        try
        {
            commands.CheckEpochs(batch);
            foreach (var write in batch.Writes)
            {
                commands.Write(write);
            }

            transaction.Commit();
        }
        catch (SqliteException exception)
            when (exception.SqliteExtendedErrorCode is UniqueConstraint or PrimaryKeyConstraint)
        {
            throw new LogConflictException("A message's number or client id is in the log already.", exception);
        }
    }

    public void Dispose() => _commands?.Dispose();
}
