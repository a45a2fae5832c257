using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// The message log of one process: sends become durable in an append log, with one fsync a commit, and move to the
/// tables of the SQLite file later; everything else goes to the tables at once.
/// </summary>
internal sealed class SqliteMessageLog(
    SqliteFile file,
    WriteGate gate,
    MessageTail tail,
    IDbContextFactory<HongyanDb> contexts,
    DeliveryOptions options,
    ILogger<SqliteMessageLog> logger
) : IMessageLog, IDisposable
{
    private const int Constraint = 19;

    private SqliteLogCommands? _commands;
    private SqliteApply? _apply;
    private LogOwner? _owner;
    private AppendLog? _log;
    private LogApplier? _applier;

    /// <summary>
    /// Whether a commit of numbered things to the tables failed at its very end. A crash could then bring it to life,
    /// beside what has taken its numbers since; so nothing may take them before it is overwritten.
    /// </summary>
    private volatile bool _isUndecided;

    public int WriterCount => 1;

    public bool HasAppendLog => options.AppendLog;

    public async Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        Dispose();
        _commands = new SqliteLogCommands(file);
        var epochs = _commands.TakeSlots(owner);
        Directory.CreateDirectory(file.LogFolder);
        Directories.Flush(Path.GetDirectoryName(file.LogFolder)!);
        _owner = LogOwner.Take(file.LogFolder, epochs[0]);
        _apply = new SqliteApply(file);
        var end = Replay(_apply, epochs[0], cancellationToken);
        _log = AppendLog.Open(file.LogFolder, end, options.LogSegmentBytes, _owner.Check);
        _apply.SetPosition(_log.End);
        if (_apply.Checkpoint())
        {
            _log.Trim(_log.End);
        }

        _applier = new LogApplier(_apply, _log, tail, gate, options, epochs[0], logger);
        _applier.Start();
        return epochs;
    }

    public async Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        var newest = tail.NewestOf(conversation);
        var stored = await LogReader.LoadAsync(contexts, conversation, cancellationToken);
        return stored is null || newest is null || newest.Seq <= stored.Seq
            ? stored
            : stored with
            {
                Seq = newest.Seq,
                Pts = newest.Pts,
            };
    }

    public async Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken) =>
        tail.Find(sender, clientId) ?? await LogReader.FindSendAsync(contexts, sender, clientId, cancellationToken);

    public async Task<IReadOnlyList<(UserId Sender, long Latest)>> LatestClientIdsAsync(
        long since,
        CancellationToken cancellationToken
    )
    {
        await using var connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sender_id, max(client_id) FROM messages WHERE client_id >= @from GROUP BY sender_id";
        command.Parameters.AddWithValue("@from", HongyanDb.ToOrderedBytes(LogReader.FirstClientIdAfter(since)));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await LogReader.ReadLatestClientIdsAsync(
            reader,
            static row => new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true),
            cancellationToken
        );
    }

    public Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        HasAppendLog && batch.Writes[0].IsSend ? AppendAsync(batch) : WriteAsync(batch, cancellationToken);

    public async Task ProbeAsync(long[] epochs, CancellationToken cancellationToken)
    {
        var (log, applier) = _log is { } opened && _applier is { } started ? (opened, started) : throw NotTaken();
        await applier.WaitForRoomAsync();
        lock (log)
        {
            log.Probe();
        }

        await DecideAsync(epochs, cancellationToken);
    }

    public async Task CloseAsync()
    {
        if (_applier is not null)
        {
            await _applier.StopAsync();
        }
    }

    public void Dispose()
    {
        _commands?.Dispose();
        _apply?.Dispose();
        _owner?.Dispose();
        _log?.Dispose();
    }

    private async Task AppendAsync(CommitBatch batch)
    {
        var (log, applier) = _log is { } opened && _applier is { } started ? (opened, started) : throw NotTaken();
        await applier.WaitForRoomAsync();
        if (_isUndecided)
        {
            await DecideAsync(batch.Epochs, CancellationToken.None);
        }

        HeldFrame frame;
        lock (log)
        {
            var end = log.Append(batch.Writes);
            frame = tail.Add(log.LastFrame, batch.Writes.Count, end);
        }

        applier.Add(frame);
    }

    private async Task WriteAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        var commands = _commands ?? throw NotTaken();
        var isNumbered = batch.Writes.Any(write => write.Message is not null);
        if (isNumbered)
        {
            // A frame that failed must be gone before others take its numbers.
            lock (_log!)
            {
                _log.Repair();
            }
        }

        using var pass = await gate.EnterAsync(cancellationToken);
        using var transaction = commands.Begin();
        try
        {
            commands.CheckEpochs(batch);
            foreach (var write in batch.Writes)
            {
                if (write.Message is { } message && tail.Find(message.Sender, message.ClientId) is not null)
                {
                    throw new LogConflictException(
                        "The client id is that of a message which is not in the tables yet."
                    );
                }

                commands.Write(write);
            }

            _isUndecided |= isNumbered;
            FaultPoint.Reach("write.before");
            transaction.Commit();
            FaultPoint.Reach("write.committed");
            _isUndecided &= !isNumbered;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == Constraint)
        {
            throw new LogConflictException("A message's number or client id is in the log already.", exception);
        }
    }

    private async Task DecideAsync(long[] epochs, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        _commands!.Touch(epochs);
        _isUndecided = false;
    }

    private static InvalidOperationException NotTaken() => new("Slots are taken before anything is committed.");

    /// <summary>Puts into the tables what a process that ended abruptly had only in the log.</summary>
    /// <returns>The end of the log.</returns>
    private LogPosition Replay(SqliteApply apply, long epoch, CancellationToken cancellationToken)
    {
        var chunk = new LogChunk();
        var end = apply.ReadPosition();
        foreach (var (rows, frameEnd) in AppendLog.Read(file.LogFolder, end))
        {
            cancellationToken.ThrowIfCancellationRequested();
            chunk.Add(rows, rows.Count, frameEnd);
            end = frameEnd;
            if (chunk.Count >= options.ApplySort)
            {
                Apply();
            }
        }

        Apply();
        return end;

        void Apply()
        {
            for (chunk.Sort(); chunk.Left > 0; chunk.Advance(chunk.Next(options.ApplyChunk).Length))
            {
                apply.ApplyNext(chunk, options.ApplyChunk, epoch);
            }

            chunk.Clear();
        }
    }
}
