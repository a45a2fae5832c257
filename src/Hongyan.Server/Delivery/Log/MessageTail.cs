using System.Runtime.InteropServices;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Messages that are durable and not in the tables yet. Readers take what they need from here first and ask the tables
/// after, and know a message they find in both by its number: so none is missed while it moves over.
/// </summary>
internal sealed class MessageTail
{
    private const int StripeCount = 64;

    private readonly LogMemory _memory = new();
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];
    private readonly Dictionary<SendKey, LogRow>[] _byClientId =
    [
        .. Enumerable.Range(0, StripeCount).Select(_ => new Dictionary<SendKey, LogRow>()),
    ];
    private int _count;

    /// <summary>How many messages are here.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The bytes they take.</summary>
    public long Bytes => _memory.HeldBytes;

    /// <summary>Adds a frame that has become durable.</summary>
    /// <param name="frame">A whole one; it is copied.</param>
    /// <param name="count">The number of messages in it.</param>
    /// <param name="end">Where it ends in the log.</param>
    public HeldFrame Add(ReadOnlySpan<byte> frame, int count, LogPosition end)
    {
        var held = _memory.Hold(frame, count, end);
        foreach (var row in held.Rows)
        {
            AddClientId(row);
            var stripe = StripeOf(row.Conversation);
            lock (stripe)
            {
                stripe.Add(row);
            }
        }

        Interlocked.Add(ref _count, count);
        return held;
    }

    /// <summary>Removes messages, the oldest of their conversations, which the tables hold now.</summary>
    /// <param name="rows">Those of a conversation follow one another.</param>
    public void Remove(ReadOnlySpan<LogRow> rows)
    {
        for (var at = 0; at < rows.Length; )
        {
            var conversation = rows[at].Conversation;
            var next = at + 1;
            while (next < rows.Length && rows[next].Conversation == conversation)
            {
                next++;
            }

            var stripe = StripeOf(conversation);
            lock (stripe)
            {
                stripe.Remove(conversation, next - at);
            }

            for (; at < next; at++)
            {
                RemoveClientId(rows[at]);
            }
        }

        Interlocked.Add(ref _count, -rows.Length);
    }

    /// <summary>Gives back the memory of a frame whose messages have all been removed.</summary>
    public void Release(HeldFrame frame) => _memory.Release(frame);

    /// <summary>Gives back memory that is kept for busier times.</summary>
    public void Trim() => _memory.Trim();

    /// <summary>The messages of a conversation, by rising number.</summary>
    public LogWrite[] Of(ConversationId conversation)
    {
        var stripe = StripeOf(conversation);
        lock (stripe)
        {
            return stripe.Of(conversation);
        }
    }

    /// <summary>The newest message of a conversation; null when none is here.</summary>
    public MessageWrite? NewestOf(ConversationId conversation)
    {
        var stripe = StripeOf(conversation);
        lock (stripe)
        {
            return stripe.NewestOf(conversation);
        }
    }

    /// <summary>What a client id was used for by this sender; null when it is not here.</summary>
    public StoredSend? Find(UserId sender, Guid clientId)
    {
        var key = new SendKey(sender, clientId);
        var sends = SendsOf(key);
        lock (sends)
        {
            return sends.TryGetValue(key, out var row) ? row.ToStoredSend() : null;
        }
    }

    private void AddClientId(LogRow row)
    {
        var key = new SendKey(row.Sender, row.ClientId);
        var sends = SendsOf(key);
        lock (sends)
        {
            sends[key] = row;
        }
    }

    private void RemoveClientId(LogRow row)
    {
        var key = new SendKey(row.Sender, row.ClientId);
        var sends = SendsOf(key);
        lock (sends)
        {
            sends.Remove(key);
        }
    }

    private Dictionary<SendKey, LogRow> SendsOf(SendKey key) => _byClientId[(uint)key.GetHashCode() % StripeCount];

    private Stripe StripeOf(ConversationId conversation) => _stripes[Slots.Of(conversation) % StripeCount];

    /// <summary>Some of the conversations. Whatever lies in a frame is read under its lock.</summary>
    private sealed class Stripe
    {
        private const int MaxSpare = 256;

        private readonly Dictionary<ConversationId, Waiting> _conversations = [];
        private readonly Stack<Waiting> _spare = new();

        public void Add(LogRow row)
        {
            ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_conversations, row.Conversation, out _);
            waiting ??= _spare.TryPop(out var spare) ? spare : new Waiting();
            waiting.Rows.Enqueue(row);
            waiting.Newest = row;
        }

        public void Remove(ConversationId conversation, int count)
        {
            var waiting = _conversations[conversation];
            for (var i = 0; i < count; i++)
            {
                waiting.Rows.Dequeue();
            }

            if (waiting.Rows.Count > 0)
            {
                return;
            }

            _conversations.Remove(conversation);
            waiting.Newest = default;
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(waiting);
            }
        }

        public LogWrite[] Of(ConversationId conversation) =>
            _conversations.TryGetValue(conversation, out var waiting)
                ? [.. waiting.Rows.Select(row => row.ToWrite())]
                : [];

        public MessageWrite? NewestOf(ConversationId conversation) =>
            _conversations.TryGetValue(conversation, out var waiting) ? waiting.Newest.ToWrite().Message : null;
    }

    private sealed class Waiting
    {
        public Queue<LogRow> Rows { get; } = new();

        public LogRow Newest { get; set; }
    }
}
