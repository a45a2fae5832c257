using System.Threading.Channels;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Pushes personal changes to the devices that are online, after they are committed. Best effort by design: a device
/// that misses one sees the gap in its counter and asks for the difference.
/// </summary>
internal sealed partial class PersonalFeed(
    SessionHub hub,
    PersonalRendering rendering,
    IDbContextFactory<HongyanDb> contexts,
    ILogger<PersonalFeed> logger
) : BackgroundService
{
    private const int Capacity = 16 * 1024;
    private const int MaxBatch = 512;

    private readonly Channel<PersonalEntry> _entries = Channel.CreateBounded<PersonalEntry>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    /// <summary>Announces committed entries. Never waits: when the queue is full the person's devices resync instead.</summary>
    public void Publish(IReadOnlyList<PersonalEntry> entries)
    {
        foreach (var entry in entries)
        {
            Publish(entry);
        }
    }

    /// <inheritdoc cref="Publish(IReadOnlyList{PersonalEntry})"/>
    public void Publish(PersonalEntry entry)
    {
        var user = new UserId(entry.UserId);
        if (hub.IsOnline(user) && !_entries.Writer.TryWrite(entry))
        {
            ResyncAll(user);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await PushAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or could not start; what was not pushed is fetched later.
        }
    }

    private async Task PushAllAsync(CancellationToken stoppingToken)
    {
        var batch = new List<PersonalEntry>(MaxBatch);
        while (await _entries.Reader.WaitToReadAsync(stoppingToken))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            foreach (var person in batch.GroupBy(entry => entry.UserId))
            {
                await PushAsync(new UserId(person.Key), [.. person], stoppingToken);
            }
        }
    }

    private async Task PushAsync(UserId user, List<PersonalEntry> entries, CancellationToken cancellationToken)
    {
        var sessions = hub.Of(user);
        if (sessions.IsEmpty)
        {
            return;
        }

        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            foreach (var (pts, change) in await rendering.RenderAsync(db, user, entries, cancellationToken))
            {
                var frame = Frames.Serialize(new PersonalPushed(pts, change));
                foreach (var session in sessions)
                {
                    session.Push(frame);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogPushFailed(logger, exception, user.Value);
            ResyncAll(user);
        }
    }

    private void ResyncAll(UserId user)
    {
        foreach (var session in hub.Of(user))
        {
            session.Resync();
        }
    }

    [LoggerMessage(LogLevel.Error, "Personal changes of user {UserId} could not be pushed; their devices resync")]
    private static partial void LogPushFailed(ILogger logger, Exception exception, long userId);
}
