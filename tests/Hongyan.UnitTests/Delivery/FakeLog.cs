using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

/// <summary>A log in memory that keeps the rules of a real one, and fails when it is told to.</summary>
internal sealed class FakeLog(int writers = 1) : IMessageLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ConversationId, StoredConversation> _conversations = [];
    private long _epoch;
    private readonly Dictionary<(UserId, Guid), StoredSend> _sends = [];
    private readonly Dictionary<long, long> _userPts = [];

    /// <summary>All messages, by conversation, in the order they were committed.</summary>
    public Dictionary<ConversationId, List<MessageWrite>> Messages { get; } = [];

    /// <summary>Decides how the next commit goes.</summary>
    public Func<Fault> NextFault { get; set; } = () => Fault.None;

    /// <summary>Decides how probes go.</summary>
    public Func<Task> Probe { get; set; } = () => Task.CompletedTask;

    /// <summary>Held by a test to keep commits from ending.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Called before a conversation is read; throws what a store that is away would.</summary>
    public Action BeforeLoad { get; set; } = () => { };

    public int Lookups { get; private set; }

    public int WriterCount => writers;

    public bool HasAppendLog => false;

    public Task<IReadOnlyList<(UserId Sender, long Latest)>> LatestClientIdsAsync(
        long since,
        CancellationToken cancellationToken
    )
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<(UserId, long)>>([
                .. _sends
                    .Keys.Select(key => (Sender: key.Item1, MadeAt: RecentSends.TimeOf(key.Item2) ?? 0))
                    .Where(id => id.MadeAt > since)
                    .GroupBy(id => id.Sender, id => id.MadeAt)
                    .Select(ids => (ids.Key, ids.Max())),
            ]);
        }
    }

    public Task ProbeAsync(long[] epochs, CancellationToken cancellationToken) => Probe();

    public Task CloseAsync() => Task.CompletedTask;

    public void Seed(ConversationId id, ConversationKind kind, params UserId[] members)
    {
        _conversations[id] = new StoredConversation(
            id,
            kind,
            "",
            0,
            0,
            true,
            [.. members.Select(user => new StoredMember(user, MemberRole.Member, 1, 0, 0, 0))]
        );
        Messages[id] = [];
    }

    /// <summary>A client id that the log knows and the server's memory does not.</summary>
    public void Use(UserId sender, Guid clientId, ConversationId conversation)
    {
        lock (_gate)
        {
            _sends[(sender, clientId)] = new StoredSend(conversation, 0, 0, 0, 0);
        }
    }

    public void SetCanSend(ConversationId id, bool canSend)
    {
        lock (_gate)
        {
            _conversations[id] = _conversations[id] with { CanSend = canSend };
        }
    }

    public StoredConversation Stored(ConversationId id)
    {
        lock (_gate)
        {
            return _conversations[id];
        }
    }

    public Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _epoch++;
            return Task.FromResult(Enumerable.Repeat(_epoch, Slots.Count).ToArray());
        }
    }

    public async Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        await Task.Yield();
        BeforeLoad();
        lock (_gate)
        {
            return _conversations.GetValueOrDefault(conversation);
        }
    }

    public async Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_gate)
        {
            Lookups++;
            return _sends.TryGetValue((sender, clientId), out var stored) ? stored : null;
        }
    }

    public async Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        await BeforeCommit();
        await Task.Yield();
        var fault = NextFault();
        if (fault == Fault.Before)
        {
            throw new IOException("The disk is full.");
        }

        lock (_gate)
        {
            Check(batch);
            foreach (var write in batch.Writes)
            {
                Apply(write);
            }
        }

        if (fault == Fault.After)
        {
            throw new IOException("The answer to the commit was lost.");
        }
    }

    private void Check(CommitBatch batch)
    {
        if (batch.Writes.Any(write => batch.Epochs[Slots.Of(write.Conversation)] != _epoch))
        {
            throw new FencedException("Taken.");
        }

        var ends = new Dictionary<ConversationId, (long Seq, long Pts)>();
        var ids = new HashSet<(UserId, Guid)>();
        foreach (var write in batch.Writes)
        {
            if (write.Message is not { } message)
            {
                continue;
            }

            var stored = _conversations.GetValueOrDefault(write.Conversation);
            var (seq, pts) = ends.TryGetValue(write.Conversation, out var end)
                ? end
                : (stored?.Seq ?? 0, stored?.Pts ?? 0);
            if (
                message.Seq <= seq
                || message.Pts <= pts
                || _sends.ContainsKey((message.Sender, message.ClientId))
                || !ids.Add((message.Sender, message.ClientId))
            )
            {
                throw new LogConflictException("In use.");
            }

            ends[write.Conversation] = (message.Seq, message.Pts);
        }
    }

    private void Apply(LogWrite write)
    {
        var id = write.Conversation;
        if (write.Create is { } create)
        {
            _conversations[id] = new StoredConversation(id, create.Kind, create.Title, 0, 0, true, []);
            Messages[id] = [];
        }

        var stored = _conversations[id];
        if (write.Title is { } title)
        {
            stored = stored with { Title = title };
        }

        foreach (var member in write.Members)
        {
            var others = stored.Members.Where(other => other.User != member.User);
            StoredMember[] own = member.HasLeft
                ? []
                :
                [
                    new StoredMember(
                        member.User,
                        member.Role,
                        member.JoinedAt,
                        member.JoinedSeq,
                        member.ReadSeq,
                        member.DeliveredSeq
                    ),
                ];
            stored = stored with { Members = [.. others, .. own] };
        }

        if (write.Mark is { } mark)
        {
            stored = stored with
            {
                Members =
                [
                    .. stored.Members.Select(member =>
                        member.User == mark.User
                            ? member with
                            {
                                ReadSeq = mark.ReadSeq,
                                DeliveredSeq = mark.DeliveredSeq,
                            }
                            : member
                    ),
                ],
            };
        }

        if (write.Message is { } message)
        {
            stored = stored with { Seq = message.Seq, Pts = message.Pts };
            Messages[id].Add(message);
            _sends[(message.Sender, message.ClientId)] = new StoredSend(
                id,
                message.Seq,
                message.Pts,
                message.SentAt,
                message.PayloadHash
            );
        }

        _conversations[id] = stored;
        write.PersonalPts =
        [
            .. write.Personal.Select(key => _userPts[key.UserId] = _userPts.GetValueOrDefault(key.UserId) + 1),
        ];
    }
}

internal enum Fault
{
    None,

    /// <summary>Nothing was written.</summary>
    Before,

    /// <summary>Everything was written, and the one who asked is told otherwise.</summary>
    After,
}
