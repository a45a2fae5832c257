using Hongyan.Client;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.UnitTests.Client;

/// <summary>What an application keeps that does nothing but apply changes as they come out of the client.</summary>
internal sealed class Replica
{
    private readonly Dictionary<ConversationId, Known> _conversations = [];
    private readonly Dictionary<UserId, Contact> _contacts = [];
    private readonly Dictionary<ConversationId, long> _reads = [];
    private readonly HashSet<ConversationId> _listed = [];

    /// <summary>The client ids of what this device sent and was told the end of.</summary>
    public HashSet<Guid> Settled { get; } = [];

    public void Apply(ClientChange change)
    {
        switch (change)
        {
            case HeadSeen { Head: var head }:
                _conversations.TryAdd(head.Id, new Known(head.Pts));
                _listed.Add(head.Id);
                break;
            case MessageChanged { Message: var message }:
                Apply(message);
                break;
            case PersonalChanged { Change: var personal }:
                Apply(personal);
                break;
            case SendSucceeded { Item: var sent }:
                Assert.True(Settled.Add(sent.ClientId), $"{sent} was settled twice.");
                break;
            case SendFailed { Item: var failed }:
                Assert.True(Settled.Add(failed.ClientId), $"{failed} was settled twice.");
                break;
        }
    }

    /// <summary>Compares with what a device would be told that fetched everything now.</summary>
    public void AssertEquals(ModelWorld world)
    {
        Assert.Equal(world.Conversations.Keys.Order(Ids), _listed.Order(Ids));
        Assert.Equal(world.Contacts.Values.OrderBy(Handle), _contacts.Values.OrderBy(Handle));
        Assert.Equal(world.Reads.OrderBy(Key), _reads.OrderBy(Key));
        Assert.Equal(world.Conversations.Keys.Order(Ids), _conversations.Keys.Order(Ids));
        foreach (var (id, messages) in world.Conversations)
        {
            var known = _conversations[id];
            Assert.Equal(messages.Max(message => message.Pts), known.Pts);
            Assert.Equal(
                messages.Where(message => message.Pts > known.Since),
                known.Messages.Values.OrderBy(message => message.Seq)
            );
        }
    }

    private static readonly Comparer<ConversationId> Ids = Comparer<ConversationId>.Create(
        (one, other) => one.Value.CompareTo(other.Value)
    );

    private static string Handle(Contact contact) => contact.Person.Handle;

    private static long Key(KeyValuePair<ConversationId, long> pair) => pair.Key.Value;

    private void Apply(Message message)
    {
        if (!_conversations.TryGetValue(message.Conversation, out var known))
        {
            _conversations[message.Conversation] = known = new Known(0);
        }

        Assert.True(message.Pts > known.Pts, $"{message} came after {known.Pts} was known.");
        known.Pts = message.Pts;
        known.Messages[message.Seq] = message;
    }

    private void Apply(PersonalChange change)
    {
        switch (change)
        {
            case ConversationChanged { Head: var head }:
                _listed.Add(head.Id);
                break;
            case ConversationRemoved { Conversation: var gone }:
                _conversations.Remove(gone);
                _listed.Remove(gone);
                _reads.Remove(gone);
                break;
            case ContactChanged { Contact: var contact }:
                _contacts[contact.Person.Id] = contact;
                break;
            case ContactRemoved { User: var user }:
                _contacts.Remove(user);
                break;
            case ReadMoved { Conversation: var conversation, ReadSeq: var seq }:
                _reads[conversation] = seq;
                break;
        }
    }

    private sealed class Known(long since)
    {
        public long Since { get; } = since;
        public long Pts { get; set; } = since;
        public Dictionary<long, Message> Messages { get; } = [];
    }
}
