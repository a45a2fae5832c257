using System.IO.Hashing;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>
/// Gives every message its place. Numbers are taken on the thread that brings the message, under the lock of the
/// conversation's slot, and nobody hears of them before the commit that makes them durable.
/// </summary>
internal sealed partial class Sequencer : IDisposable
{
    private readonly IMessageLog _log;
    private readonly SlotTable _slots;
    private readonly RecentSends _recent;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _permits;
    private readonly GroupCommit[] _writers;
    private readonly GroupCommit? _markWriter;
    private readonly StoreGuard _guard;
    private readonly TimeSpan _stallTimeout;
    private readonly int _slotCapacity;
    private readonly DeliveryOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<Sequencer> _logger;
    private Task _running = Task.CompletedTask;
    private volatile bool _isStopping;
    private bool _wasStalled;

    public Sequencer(
        IMessageLog log,
        SlotTable slots,
        RecentSends recent,
        FanOut fanOut,
        DeliveryOptions options,
        DeliveryMetrics metrics,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<Sequencer> logger
    )
    {
        (_log, _slots, _recent, _time, _lifetime, _logger) = (log, slots, recent, time, lifetime, logger);
        _options = options;
        _permits = new SemaphoreSlim(options.MaxPending, options.MaxPending);
        _slotCapacity = Math.Max(16, options.MaxLoadedConversations / Slots.Count);
        fanOut.Ended = () => _permits.Release();
        _stallTimeout = options.StallTimeout;
        _guard = new StoreGuard(log, slots, options, time, OnFenced, logger);
        _writers =
        [
            .. Enumerable
                .Range(0, log.WriterCount)
                .Select(_ => new GroupCommit(log, slots, options, metrics, fanOut, _guard, OnFenced, logger)),
        ];
        if (log.HasAppendLog)
        {
            // Not a slot's own: what it fails to write is undone mark by mark.
            _markWriter = new GroupCommit(
                log,
                slots,
                options,
                metrics,
                fanOut,
                _guard,
                OnFenced,
                logger,
                voidsStates: false
            );
        }
    }

    /// <summary>Whether this process holds its slots and takes writes.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Whether another process took the slots away.</summary>
    public bool WasFenced { get; private set; }

    /// <summary>Why writes are refused for now; null when they are not.</summary>
    public string? Failure => _guard.Reason ?? (IsStalled ? "A commit does not end." : null);

    private bool IsStalled
    {
        get
        {
            var since = Environment.TickCount64 - (long)_stallTimeout.TotalMilliseconds;
            var isStalled = _markWriter?.IsBusySince(since) == true;
            foreach (var writer in _writers)
            {
                isStalled |= writer.IsBusySince(since);
            }

            if (isStalled != _wasStalled && Interlocked.Exchange(ref _wasStalled, isStalled) != isStalled && isStalled)
            {
                LogStalled(_logger);
            }

            return isStalled;
        }
    }

    private IEnumerable<GroupCommit> Writers => _markWriter is null ? _writers : [.. _writers, _markWriter];

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes the slots and begins to commit.</summary>
    public async Task StartAsync(string owner, CancellationToken cancellationToken)
    {
        _slots.Take(await _log.TakeSlotsAsync(owner, cancellationToken));
        foreach (var (sender, latest) in await _log.LatestClientIdsAsync(_recent.Begin(), cancellationToken))
        {
            _recent.NoteInLog(sender, latest);
        }

        _running = Task.WhenAll(Writers.Select(writer => writer.RunAsync()));
        IsReady = true;
    }

    /// <summary>Takes nothing more, commits what waits, and ends when everybody has been told.</summary>
    public async Task StopAsync()
    {
        IsReady = false;
        _isStopping = true;
        foreach (var writer in Writers)
        {
            writer.Complete();
        }

        await _running;
        await _guard.StopAsync();
        await _log.CloseAsync();
    }

    /// <summary>
    /// Sends a message. Returns when it has its place among the sends of its caller; <paramref name="observer"/> hears
    /// how it ended.
    /// </summary>
    /// <param name="origin">The session that gets an acknowledgement and not the message.</param>
    public async ValueTask SendAsync(
        UserId sender,
        SessionId? origin,
        ConversationId conversation,
        Guid clientId,
        MessageBody body,
        ISendObserver observer,
        CancellationToken cancellationToken
    )
    {
        if ((MessageRules.Check(clientId, _time.GetUtcNow()) ?? MessageRules.Check(body)) is { } error)
        {
            observer.Settled(clientId, SendOutcome.Refused(error));
            return;
        }

        var json = Frames.SerializeBody(body);
        var hash = PayloadHash(conversation, json);
        var status = _recent.Enter(sender, clientId, conversation, hash, observer, out var entry);
        if (status == RecentStatus.Known)
        {
            return;
        }

        if (Failure is not null)
        {
            _recent.Refuse(entry!, ErrorCode.StoreUnavailable);
            return;
        }

        var send = new NewMessage(sender, clientId, json, hash, origin);
        try
        {
            if (
                status == RecentStatus.Unknown
                && await _log.FindSendAsync(sender, clientId, cancellationToken) is { } stored
            )
            {
                _recent.Settle(entry!, stored);
                return;
            }

            if (
                await SubmitAsync(
                    conversation,
                    (slot, state) => NumberSend(slot, state, send, entry!),
                    cancellationToken
                ) is
                { } refusal
            )
            {
                _recent.Refuse(entry!, refusal);
            }
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException && await _guard.FailedAsync(exception))
            {
                LogSendFailed(_logger, exception, conversation.Value);
            }

            _recent.Refuse(
                entry!,
                exception is OperationCanceledException ? ErrorCode.ShuttingDown : ErrorCode.StoreUnavailable
            );
        }
    }

    /// <summary>Whether a person may be shown as typing there, and to whom.</summary>
    /// <returns>The others, or null when the person may not write there.</returns>
    public async ValueTask<UserId[]?> AudienceAsync(
        UserId user,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        UserId[]? audience = null;
        await WithStateAsync(
            conversation,
            (_, state) =>
            {
                audience = state.Find(user) is not null && state.CanSend ? state.Audience : null;
                return null;
            },
            cancellationToken
        );
        return audience;
    }

    /// <summary>Reads again whether the two of a direct conversation may write, after their being contacts changed.</summary>
    public async Task RefreshAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        var slot = _slots[Slots.Of(conversation)];
        await slot.LoadGate.WaitAsync(cancellationToken);
        try
        {
            var stored = await _log.LoadAsync(conversation, cancellationToken);
            lock (slot.Gate)
            {
                if (stored is not null && slot.Loaded.TryGetValue(conversation, out var state))
                {
                    state.CanSend = stored.CanSend;
                    state.MustRefresh = false;
                }
            }
        }
        catch
        {
            lock (slot.Gate)
            {
                if (slot.Loaded.TryGetValue(conversation, out var state))
                {
                    state.MustRefresh = true;
                }
            }

            throw;
        }
        finally
        {
            slot.LoadGate.Release();
        }
    }

    public void Dispose()
    {
        _permits.Dispose();
        _guard.Dispose();
    }

    /// <summary>What tells a retry from another message with the same client id.</summary>
    internal static long PayloadHash(ConversationId conversation, ReadOnlySpan<byte> body) =>
        unchecked((long)XxHash64.HashToUInt64(body, conversation.Value)) is var hash && hash != 0 ? hash : 1;

    private (Operation? Operation, string? Refusal) NumberSend(
        SlotState slot,
        ConversationState state,
        NewMessage send,
        RecentSend entry
    )
    {
        if (state.Find(send.Sender) is null)
        {
            return (null, ErrorCode.NotFound);
        }

        if (!state.CanSend)
        {
            return (null, ErrorCode.NotContacts);
        }

        var (seq, pts) = state.Append();
        var operation = new SendOperation
        {
            Conversation = state.Id,
            State = state,
            Slot = Slots.Of(state.Id),
            Audience = state.Audience,
            Origin = send.Origin,
            Recent = _recent,
            Entry = entry,
            Message = new MessageWrite(seq, pts, send.Sender, send.ClientId, Now, send.Hash, send.Body),
        };
        return (operation, null);
    }

    /// <summary>Does something with a conversation's state, under the lock of its slot; loads it first if need be.</summary>
    /// <returns>What <paramref name="use"/> returns, or <see cref="ErrorCode.NotFound"/> when there is no such conversation.</returns>
    private async ValueTask<string?> WithStateAsync(
        ConversationId conversation,
        Func<SlotState, ConversationState, string?> use,
        CancellationToken cancellationToken
    )
    {
        var slot = _slots[Slots.Of(conversation)];
        while (true)
        {
            bool isLoaded;
            lock (slot.Gate)
            {
                isLoaded = slot.Loaded.TryGetValue(conversation, out var state);
                if (state is { MustRefresh: false })
                {
                    state.LastUsed = Environment.TickCount64;
                    return use(slot, state);
                }
            }

            if (isLoaded)
            {
                await RefreshAsync(conversation, cancellationToken);
            }
            else if (!await TryLoadAsync(slot, conversation, cancellationToken))
            {
                return ErrorCode.NotFound;
            }
        }
    }

    private async Task<bool> TryLoadAsync(
        SlotState slot,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        await slot.LoadGate.WaitAsync(cancellationToken);
        try
        {
            lock (slot.Gate)
            {
                if (slot.Loaded.ContainsKey(conversation))
                {
                    return true;
                }
            }

            // Nothing of this conversation is on its way while it is not in memory, so the store is the truth.
            if (await _log.LoadAsync(conversation, cancellationToken) is not { } stored)
            {
                return false;
            }

            lock (slot.Gate)
            {
                var now = Environment.TickCount64;
                slot.Trim(_slotCapacity, now);
                slot.Loaded.TryAdd(conversation, new ConversationState(stored, _options) { LastUsed = now });
            }

            return true;
        }
        finally
        {
            slot.LoadGate.Release();
        }
    }

    private void OnFenced(Exception exception)
    {
        IsReady = false;
        WasFenced = true;
        _isStopping = true;
        LogFenced(_logger, exception);
        _lifetime.StopApplication();
    }

    /// <summary>A message on its way to being numbered.</summary>
    private sealed record NewMessage(
        UserId Sender,
        Guid ClientId,
        ReadOnlyMemory<byte> Body,
        long Hash,
        SessionId? Origin
    );

    [LoggerMessage(LogLevel.Error, "A send to conversation {ConversationId} could not be numbered")]
    private static partial void LogSendFailed(ILogger logger, Exception exception, long conversationId);

    [LoggerMessage(
        LogLevel.Error,
        "A commit does not end; sends are refused, and retried by their clients, until it does"
    )]
    private static partial void LogStalled(ILogger logger);

    [LoggerMessage(
        LogLevel.Critical,
        "Another server has taken over this database; this one stops. Run one server a database."
    )]
    private static partial void LogFenced(ILogger logger, Exception exception);
}
