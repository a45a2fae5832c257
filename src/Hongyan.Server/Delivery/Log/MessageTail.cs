using System.Collections.Concurrent;
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

    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new Stripe())];
    private readonly ConcurrentDictionary<(UserId, Guid), LogWrite> _byClientId = new();
    private int _count;

    /// <summary>How many messages are here.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds messages that have become durable, in their order.</summary>
    public void Add(IReadOnlyList<LogWrite> writes)
    {
        foreach (var write in writes)
        {
            _byClientId[(write.Message!.Sender, write.Message.ClientId)] = write;
            var stripe = StripeOf(write.Conversation);
            lock (stripe)
            {
                ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(
                    stripe.Conversations,
                    write.Conversation,
                    out _
                );
                (waiting ??= new Waiting()).Writes.Enqueue(write);
                waiting.Newest = write;
            }
        }

        Interlocked.Add(ref _count, writes.Count);
    }

    /// <summary>Removes the oldest messages of their conversations, which the tables hold now.</summary>
    public void Remove(IReadOnlyList<LogWrite> writes)
    {
        foreach (var write in writes)
        {
            var stripe = StripeOf(write.Conversation);
            lock (stripe)
            {
                var writesOf = stripe.Conversations[write.Conversation].Writes;
                writesOf.Dequeue();
                if (writesOf.Count == 0)
                {
                    stripe.Conversations.Remove(write.Conversation);
                }
            }

            _byClientId.TryRemove((write.Message!.Sender, write.Message.ClientId), out _);
        }

        Interlocked.Add(ref _count, -writes.Count);
    }

    /// <summary>The messages of a conversation, by rising number.</summary>
    public LogWrite[] Of(ConversationId conversation)
    {
        var stripe = StripeOf(conversation);
        lock (stripe)
        {
            return stripe.Conversations.TryGetValue(conversation, out var waiting) ? [.. waiting.Writes] : [];
        }
    }

    /// <summary>The newest message of a conversation; null when none is here.</summary>
    public MessageWrite? NewestOf(ConversationId conversation)
    {
        var stripe = StripeOf(conversation);
        lock (stripe)
        {
            return stripe.Conversations.GetValueOrDefault(conversation)?.Newest?.Message;
        }
    }

    /// <summary>What a client id was used for by this sender; null when it is not here.</summary>
    public StoredSend? Find(UserId sender, Guid clientId) =>
        _byClientId.TryGetValue((sender, clientId), out var write)
            ? new StoredSend(
                write.Conversation,
                write.Message!.Seq,
                write.Message.Pts,
                write.Message.SentAt,
                write.Message.PayloadHash
            )
            : null;

    private Stripe StripeOf(ConversationId conversation) => _stripes[Slots.Of(conversation) % StripeCount];

    private sealed class Stripe
    {
        public Dictionary<ConversationId, Waiting> Conversations { get; } = [];
    }

    private sealed class Waiting
    {
        public Queue<LogWrite> Writes { get; } = new();

        public LogWrite? Newest { get; set; }
    }
}
