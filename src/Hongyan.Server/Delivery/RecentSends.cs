using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>What a client id was used for: a send on its way, or one that ended well.</summary>
internal sealed class RecentSend(UserId sender, Guid clientId, ConversationId conversation, long payloadHash)
{
    public UserId Sender { get; } = sender;
    public Guid ClientId { get; } = clientId;
    public SendKey Key => new(Sender, ClientId);
    public ConversationId Conversation { get; } = conversation;
    public long PayloadHash { get; } = payloadHash;

    /// <summary>Those who wait for it; empty once it has ended.</summary>
    public List<ISendObserver> Observers { get; } = new(1);

    public StoredSend? Result { get; set; }

    public bool IsSameAs(ConversationId conversation, long payloadHash) =>
        Conversation == conversation && PayloadHash == payloadHash;
}

/// <summary>How a new send stands to what is in memory.</summary>
internal enum RecentStatus
{
    /// <summary>Nothing of it was ever committed: go on.</summary>
    New,

    /// <summary>Memory does not reach back far enough to know: ask the log before going on.</summary>
    Unknown,

    /// <summary>It was seen before; the observer is or will be told.</summary>
    Known,
}

/// <summary>
/// Recognizes retries. A client id is a UUIDv7 and carries the time it was made; its first arrival cannot lie far before
/// that time. So when memory holds every send that came in since before then, an id that is not in memory is new, with
/// no query. Older ids, and ids from clocks that are ahead, are looked up in the log. The log's unique index is the last
/// fence behind both.
/// </summary>
/// <remarks>
/// What is held does not depend on what clients say: two generations of ended sends, of a fixed size, and for everybody
/// one number, up to when their ids may be in the log without being in memory. Whoever dates ids ahead of time, or whose
/// commits fail, has their own later sends looked up until that time has passed, and nobody else's.
/// </remarks>
internal sealed class RecentSends
{
    /// <summary>How far a client's clock may be ahead for its ids to be recognized from memory alone.</summary>
    private const long SlackMs = 2_000;

    private const int StripeCount = 64;
    private readonly TimeProvider _time;
    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private readonly TimesBySender _inLog = new();

    public RecentSends(TimeProvider time, int capacity = 512 * 1024)
    {
        _time = time;
        var now = Now;
        for (var i = 0; i < StripeCount; i++)
        {
            _stripes[i] = new Stripe(capacity / StripeCount / 2, now, _inLog);
        }
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many sends are in memory, on their way or ended.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var stripe in _stripes)
            {
                lock (stripe)
                {
                    count += stripe.Count;
                }
            }

            return count;
        }
    }

    /// <summary>Says that the log may hold what this process knows nothing of: ids up to now are looked up there.</summary>
    /// <returns>
    /// The time in Unix milliseconds up to which they are. Whoever has later ids in the log is to be named to
    /// <see cref="NoteInLog"/> before anything is entered.
    /// </returns>
    public long Begin()
    {
        var now = Now;
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                stripe.CoveredSince = Math.Max(stripe.CoveredSince, now);
            }
        }

        return now + SlackMs;
    }

    /// <summary>Says that the log may hold ids of a sender, up to that time, that are not in memory.</summary>
    /// <param name="sender">Whose.</param>
    /// <param name="latest">The latest time that one of them carries, in Unix milliseconds.</param>
    public void NoteInLog(UserId sender, long latest) => _inLog.Note(sender, latest);

    /// <summary>The time a UUIDv7 was made, in Unix milliseconds; null when it is not one.</summary>
    public static long? TimeOf(Guid clientId)
    {
        Span<byte> bytes = stackalloc byte[16];
        clientId.TryWriteBytes(bytes, bigEndian: true, out _);
        var isVersion7 = (bytes[6] & 0xF0) == 0x70 && (bytes[8] & 0xC0) == 0x80;
        return isVersion7 ? (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16) : null;
    }

    /// <summary>Enters a send, or joins the one with the same id.</summary>
    /// <param name="entry">The send's own entry, unless the status is <see cref="RecentStatus.Known"/>.</param>
    public RecentStatus Enter(
        UserId sender,
        Guid clientId,
        ConversationId conversation,
        long payloadHash,
        ISendObserver observer,
        out RecentSend? entry
    )
    {
        var stripe = StripeOf(sender, clientId);
        SendOutcome outcome;
        lock (stripe)
        {
            var now = Now;
            stripe.Rotate(now);
            if (stripe.Find(sender, clientId) is not { } known)
            {
                entry = new RecentSend(sender, clientId, conversation, payloadHash);
                entry.Observers.Add(observer);
                stripe.Add(entry);
                var madeAt = TimeOf(clientId) ?? 0;
                var isCovered =
                    madeAt - SlackMs > stripe.CoveredSince && madeAt <= now + SlackMs && madeAt > _inLog.Of(sender);
                return isCovered ? RecentStatus.New : RecentStatus.Unknown;
            }

            entry = null;
            if (!known.IsSameAs(conversation, payloadHash))
            {
                outcome = SendOutcome.Refused(ErrorCode.ClientIdReused);
            }
            else if (known.Result is { } result)
            {
                outcome = SendOutcome.Durable(result, clientId);
            }
            else
            {
                known.Observers.Add(observer);
                return RecentStatus.Known;
            }
        }

        observer.Settled(clientId, outcome);
        return RecentStatus.Known;
    }

    /// <summary>
    /// Enters a client id for something that is no send, such as a group's new name: a send with the same id is then
    /// refused. End it as one ends a send, with a payload hash of 0.
    /// </summary>
    /// <returns>Null when the id is in memory already. Whether it is in the log, only the log knows.</returns>
    public RecentSend? Reserve(UserId sender, Guid clientId, ConversationId conversation)
    {
        var stripe = StripeOf(sender, clientId);
        lock (stripe)
        {
            stripe.Rotate(Now);
            if (stripe.Find(sender, clientId) is not null)
            {
                return null;
            }

            var entry = new RecentSend(sender, clientId, conversation, payloadHash: 0);
            stripe.Add(entry);
            return entry;
        }
    }

    /// <summary>It is durable: tells everybody who waits, and remembers it.</summary>
    public void Settle(RecentSend entry, in StoredSend result)
    {
        // What the log holds decides: a reused id found there has another payload than the one that asks.
        var outcome =
            result.PayloadHash == entry.PayloadHash && result.Conversation == entry.Conversation
                ? SendOutcome.Durable(result, entry.ClientId)
                : SendOutcome.Refused(ErrorCode.ClientIdReused);
        Tell(entry, outcome, stripe => Remember(stripe, entry, outcome));

        void Remember(Stripe stripe, RecentSend entry, SendOutcome outcome)
        {
            if (outcome.Sent is { } sent)
            {
                entry.Result = new StoredSend(entry.Conversation, sent.Seq, sent.Pts, sent.SentAt, entry.PayloadHash);
            }
            else
            {
                ForgetInLog(stripe, entry);
            }
        }
    }

    /// <summary>
    /// It was refused before it was tried: forgets it. Nothing of it can be in the log.
    /// </summary>
    public void Refuse(RecentSend entry, string code) =>
        Tell(entry, SendOutcome.Refused(code), stripe => stripe.Remove(entry));

    /// <summary>
    /// It was tried and the outcome is not known: forgets it, and from now on asks the log about ids of its sender that
    /// are as old as it.
    /// </summary>
    public void Fail(RecentSend entry, string code) =>
        Tell(entry, SendOutcome.Refused(code), stripe => ForgetInLog(stripe, entry));

    private void ForgetInLog(Stripe stripe, RecentSend entry)
    {
        _inLog.Note(entry.Sender, TimeOf(entry.ClientId) ?? 0);
        stripe.Remove(entry);
    }

    private void Tell(RecentSend entry, in SendOutcome outcome, Action<Stripe> update)
    {
        var stripe = StripeOf(entry.Sender, entry.ClientId);
        ISendObserver[] observers;
        lock (stripe)
        {
            update(stripe);
            observers = [.. entry.Observers];
            entry.Observers.Clear();
        }

        foreach (var observer in observers)
        {
            observer.Settled(entry.ClientId, outcome);
        }
    }

    private Stripe StripeOf(UserId sender, Guid clientId) =>
        _stripes[(uint)new SendKey(sender, clientId).GetHashCode() % StripeCount];

    private sealed class Stripe(int generationSize, long now, TimesBySender inLog)
    {
        private static readonly long GenerationAgeMs = (long)TimeSpan.FromMinutes(5).TotalMilliseconds;

        private Dictionary<SendKey, RecentSend> _current = [];
        private Dictionary<SendKey, RecentSend> _previous = [];
        private long _currentSince = now;
        private int _kept;

        /// <summary>Every send that came in since then, by this process's clock, is in memory.</summary>
        public long CoveredSince { get; set; } = now;

        public int Count => _current.Count + _previous.Count;

        public RecentSend? Find(UserId sender, Guid clientId) =>
            _current.TryGetValue(new SendKey(sender, clientId), out var entry)
            || _previous.TryGetValue(new SendKey(sender, clientId), out entry)
                ? entry
                : null;

        public void Add(RecentSend entry) => _current[entry.Key] = entry;

        public void Remove(RecentSend entry)
        {
            Remove(_current, entry);
            Remove(_previous, entry);
        }

        /// <summary>Forgets the older half when the newer one is full or old, but not what is on its way.</summary>
        public void Rotate(long now)
        {
            if (_current.Count < generationSize + _kept && now - _currentSince < GenerationAgeMs)
            {
                return;
            }

            CoveredSince = Math.Max(CoveredSince, _currentSince);
            _currentSince = now;
            var kept = new Dictionary<SendKey, RecentSend>();
            foreach (var (key, entry) in _previous)
            {
                if (entry.Result is null)
                {
                    kept.Add(key, entry);
                }
                else if (TimeOf(entry.ClientId) is { } madeAt && madeAt - SlackMs > CoveredSince)
                {
                    // From a clock that is ahead of ours, or was before ours was set back.
                    inLog.Note(entry.Sender, madeAt);
                }
            }

            _previous = _current;
            _current = kept;

            // Does not count as new, so that many on their way do not make every send look through them.
            _kept = kept.Count;
        }

        private static void Remove(Dictionary<SendKey, RecentSend> generation, RecentSend entry)
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(generation, entry.Key);
            if (!Unsafe.IsNullRef(ref found) && ReferenceEquals(found, entry))
            {
                generation.Remove(entry.Key);
            }
        }
    }

    /// <summary>
    /// The latest time noted for each sender. Senders share places, so it may be one noted for another: that costs a
    /// query, and which of them share is new with every process.
    /// </summary>
    private sealed class TimesBySender
    {
        private readonly long[] _times = new long[64 * 1024];

        public long Of(UserId sender) => Volatile.Read(ref PlaceOf(sender));

        public void Note(UserId sender, long time)
        {
            ref var place = ref PlaceOf(sender);
            for (var seen = Volatile.Read(ref place); seen < time; )
            {
                var before = Interlocked.CompareExchange(ref place, time, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }

        private ref long PlaceOf(UserId sender) => ref _times[(uint)HashCode.Combine(sender) % (uint)_times.Length];
    }
}
