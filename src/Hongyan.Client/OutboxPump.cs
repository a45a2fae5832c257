using System.Threading.Channels;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Client;

/// <summary>
/// Sends what waits while there is a connection: in each conversation one message after the other, so that a failure in
/// between cannot change their order; conversations beside one another.
/// </summary>
internal sealed class OutboxPump(IOutboxStore store, ChannelWriter<ClientChange> changes, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];
    private readonly HashSet<ConversationId> _busy = [];
    private HongyanConnection? _connection;

    public HongyanConnection? Connection
    {
        get
        {
            lock (_gate)
            {
                return _connection;
            }
        }
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var items = await store.LoadAsync(cancellationToken);
        lock (_gate)
        {
            _waiting.AddRange(items.Select(item => new Waiting(item)));
        }
    }

    public async Task AddAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        await store.AddAsync(item, cancellationToken);
        lock (_gate)
        {
            _waiting.Add(new Waiting(item));
        }

        Pump();
    }

    public OutboxItem? Find(Guid clientId)
    {
        lock (_gate)
        {
            return _waiting.Find(waiting => waiting.Item.ClientId == clientId)?.Item;
        }
    }

    /// <summary>The message is durable on the server, or refused for good: it waits no more.</summary>
    /// <returns>What waited; null when nothing of this id did.</returns>
    public async Task<OutboxItem?> SettleAsync(Guid clientId, CancellationToken cancellationToken)
    {
        Waiting? settled;
        lock (_gate)
        {
            settled = _waiting.Find(waiting => waiting.Item.ClientId == clientId);
        }

        if (settled is null)
        {
            return null;
        }

        await store.RemoveAsync(clientId, cancellationToken);
        lock (_gate)
        {
            if (!_waiting.Remove(settled))
            {
                return null;
            }
        }

        settled.Settled.TrySetResult();
        return settled.Item;
    }

    public void Attach(HongyanConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
        }

        Pump();
    }

    public void Detach()
    {
        lock (_gate)
        {
            _connection = null;
        }
    }

    public void Dispose() => (store as IDisposable)?.Dispose();

    private void Pump()
    {
        lock (_gate)
        {
            if (_connection is not { Closed.IsCompleted: false } connection)
            {
                return;
            }

            foreach (var conversation in _waiting.Select(waiting => waiting.Item.Conversation).Distinct().ToList())
            {
                if (_busy.Add(conversation))
                {
                    _ = Task.Run(() => DrainOrEndAsync(connection, conversation));
                }
            }
        }
    }

    private async Task DrainOrEndAsync(HongyanConnection connection, ConversationId conversation)
    {
        try
        {
            await DrainAsync(connection, conversation);
        }
        catch (Exception exception)
        {
            // The outbox cannot be written any more: whoever reads the changes is told.
            changes.TryComplete(exception);
        }
    }

    private async Task DrainAsync(HongyanConnection connection, ConversationId conversation)
    {
        while (Next(connection, conversation) is { Item: var item } next)
        {
            try
            {
                await SendUntilSettledAsync(connection, next);
            }
            catch (HongyanException exception) when (exception.Code == HongyanException.Unreachable)
            {
                // The next connection sends it again, with the same id; after a resync this one does.
                await Task.WhenAny(connection.Closed, Task.Delay(RetryDelay, time));
            }
            catch (HongyanException exception) when (exception.IsRetryable)
            {
                await Task.WhenAny(connection.Closed, Task.Delay(exception.RetryAfter ?? RetryDelay, time));
            }
            catch (HongyanException exception)
            {
                await SettleAsync(item.ClientId, CancellationToken.None);
                await WriteAsync(new SendFailed(item, exception.Code));
            }
        }

        Pump(); // for another connection, if there is one by now
    }

    /// <summary>
    /// An acknowledgement comes in its place among the changes, and is what settles the item; so does a difference that
    /// brings the message when the acknowledgement was missed.
    /// </summary>
    private static async Task SendUntilSettledAsync(HongyanConnection connection, Waiting waiting)
    {
        using var settled = new CancellationTokenSource();
        var (conversation, clientId, body) = waiting.Item;
        var sending = connection.SendAsync(conversation, clientId, body, settled.Token);
        if (await Task.WhenAny(sending, waiting.Settled.Task) == sending)
        {
            await sending;
            await Task.WhenAny(waiting.Settled.Task, connection.Closed);
            return;
        }

        await settled.CancelAsync();
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The next item of a conversation; null ends the draining, in the same step that allows another.</summary>
    private Waiting? Next(HongyanConnection connection, ConversationId conversation)
    {
        lock (_gate)
        {
            var next =
                _connection == connection && !connection.Closed.IsCompleted
                    ? _waiting.Find(waiting => waiting.Item.Conversation == conversation)
                    : null;
            if (next is null)
            {
                _busy.Remove(conversation);
            }

            return next;
        }
    }

    private async Task WriteAsync(ClientChange change)
    {
        try
        {
            await changes.WriteAsync(change);
        }
        catch (ChannelClosedException)
        {
            // The client was disposed; nobody listens.
        }
    }

    private sealed class Waiting(OutboxItem item)
    {
        public OutboxItem Item { get; } = item;
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
