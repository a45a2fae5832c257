using System.Globalization;
using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.UnitTests.Client;

/// <summary>
/// What a server holds for one person, as plainly as the protocol can be read: the messages of their conversations, and
/// a log of their own. Pages are small, so that everything of any size comes in several. One caller at a time.
/// </summary>
internal sealed class ModelWorld
{
    private const int PageSize = 3;

    private readonly Dictionary<ConversationId, List<Message>> _conversations = [];
    private readonly Dictionary<string, (long Pts, Func<PersonalChange> Render)> _personal = [];
    private readonly Dictionary<UserId, Contact> _contacts = [];
    private readonly Dictionary<ConversationId, long> _reads = [];
    private readonly Dictionary<Guid, Ack> _acks = [];
    private readonly Dictionary<ConversationId, long> _activeAt = [];
    private long _lastId = 1000;

    /// <summary>The server's clock.</summary>
    public long Now { get; set; } = 1_900_000_000_000;

    public long PersonalPts { get; private set; }

    public IReadOnlyDictionary<ConversationId, List<Message>> Conversations => _conversations;

    public IReadOnlyDictionary<UserId, Contact> Contacts => _contacts;

    public IReadOnlyDictionary<ConversationId, long> Reads => _reads;

    /// <summary>What was sent by the device under test, by its client ids.</summary>
    public IReadOnlyDictionary<Guid, Ack> Acks => _acks;

    /// <summary>A new conversation; it begins with a message that says so.</summary>
    public ServerFrame[] Create()
    {
        var id = new ConversationId(++_lastId);
        _conversations[id] = [];
        var pushed = Append(id, ScriptedServer.Me, Guid.CreateVersion7(), new GroupRenamedBody("Geese"), 0);
        return [pushed, Personal($"conversation/{id}", () => RenderConversation(id))];
    }

    /// <summary>The person is a member no more.</summary>
    public ServerFrame Leave(ConversationId id)
    {
        _conversations.Remove(id);
        _reads.Remove(id);
        _personal.Remove($"read/{id}");
        return Personal($"conversation/{id}", () => RenderConversation(id));
    }

    /// <param name="id">The conversation.</param>
    /// <param name="sender">Who says it.</param>
    /// <param name="clientId">The client's id for it.</param>
    /// <param name="body">What it says.</param>
    /// <param name="lateness">How long ago it was stamped: slots commit beside one another, and not in step.</param>
    public Pushed Append(ConversationId id, UserId sender, Guid clientId, MessageBody body, long lateness)
    {
        var messages = _conversations[id];
        var message = new Message
        {
            Conversation = id,
            Seq = messages.Count + 1,
            Pts = Pts(messages) + 1,
            Sender = sender,
            ClientId = clientId,
            Body = body,
            SentAt = Now - lateness,
        };
        messages.Add(message);
        _activeAt[id] = message.SentAt;
        return new Pushed(message);
    }

    /// <summary>A message changes, and takes the next counter.</summary>
    public Pushed Edit(ConversationId id, int index, string text)
    {
        var messages = _conversations[id];
        messages[index] = messages[index] with { Pts = Pts(messages) + 1, Body = new TextBody(text) };
        _activeAt[id] = Now; // so that a device finds it among those lately active
        return new Pushed(messages[index]);
    }

    /// <summary>The device under test sends; the same id again gets the first answer.</summary>
    public ServerFrame Send(Send send)
    {
        if (_acks.TryGetValue(send.ClientId, out var first))
        {
            return first;
        }

        if (!_conversations.ContainsKey(send.Conversation))
        {
            return Refuse(ErrorCode.NotFound, clientId: send.ClientId);
        }

        var message = Append(send.Conversation, ScriptedServer.Me, send.ClientId, send.Body, 0).Message;
        return _acks[send.ClientId] = new Ack(
            message.Conversation,
            message.ClientId,
            message.Seq,
            message.Pts,
            message.SentAt
        );
    }

    public ServerFrame Befriend(UserId user, string name)
    {
        var text = user.ToString();
        _contacts[user] = new Contact
        {
            Person = new Person
            {
                Id = user,
                Handle = text,
                Name = name,
            },
            Region = "",
            Signature = "",
            Initial = "A",
            SortKey = text,
            Since = Now,
        };
        return Personal($"contact/{user}", () => RenderContact(user));
    }

    public ServerFrame Part(UserId user)
    {
        _contacts.Remove(user);
        return Personal($"contact/{user}", () => RenderContact(user));
    }

    public ServerFrame Read(ConversationId id)
    {
        _reads[id] = _conversations[id].Count;
        return Personal($"read/{id}", () => new ReadMoved(id, _reads[id]));
    }

    /// <summary>The answer to what asks; null for what has none, and for pings and sends.</summary>
    public ServerFrame? Answer(ClientFrame frame) =>
        frame switch
        {
            GetChanges get => new Changes(get.Id, Changes(get.Since)),
            GetHeads get => new Heads(get.Id, Heads(get.After)),
            GetDifference get when _conversations.TryGetValue(get.Conversation, out var messages) => new Difference(
                get.Id,
                Difference(get.Conversation, messages, get.Since)
            ),
            GetDifference get => Refuse(ErrorCode.NotFound, get.Id),
            _ => null,
        };

    public static Error Refuse(string code, int? id = null, Guid? clientId = null)
    {
        var description = ErrorDescription.Of(code);
        return new Error(code, description.Title, description.IsRetryable, id, clientId, 1);
    }

    private PersonalPushed Personal(string key, Func<PersonalChange> render)
    {
        _personal[key] = (++PersonalPts, render);
        return new PersonalPushed(PersonalPts, render());
    }

    private PersonalChange RenderConversation(ConversationId id) =>
        _conversations.TryGetValue(id, out var messages)
            ? new ConversationChanged(Head(id, messages))
            : new ConversationRemoved(id);

    private PersonalChange RenderContact(UserId user) =>
        _contacts.TryGetValue(user, out var contact) ? new ContactChanged(contact) : new ContactRemoved(user);

    private PersonalDifference Changes(long since)
    {
        var changed = _personal.Values.Where(entry => entry.Pts > since).OrderBy(entry => entry.Pts).ToList();
        var page = changed.Take(PageSize).ToList();
        var isComplete = page.Count == changed.Count;
        return new PersonalDifference(
            [.. page.Select(entry => entry.Render())],
            isComplete ? PersonalPts : page[^1].Pts,
            isComplete
        );
    }

    private Page<ConversationHead> Heads(string? after)
    {
        var all = _conversations
            .Select(pair => Head(pair.Key, pair.Value))
            .OrderByDescending(head => head.ActiveAt)
            .ThenByDescending(head => head.Id.Value)
            .ToList();
        if (after?.Split('/') is [var activeAt, var id])
        {
            var cursor = (
                long.Parse(activeAt, CultureInfo.InvariantCulture),
                long.Parse(id, CultureInfo.InvariantCulture)
            );
            all.RemoveAll(head => (head.ActiveAt, head.Id.Value).CompareTo(cursor) >= 0);
        }

        return new Page<ConversationHead>
        {
            Items = [.. all.Take(PageSize)],
            Next = all.Count > PageSize ? $"{all[PageSize - 1].ActiveAt}/{all[PageSize - 1].Id}" : null,
        };
    }

    private static ConversationDifference Difference(ConversationId id, List<Message> messages, long since)
    {
        var changed = messages.Where(message => message.Pts > since).OrderBy(message => message.Pts).ToList();
        var page = changed.Take(PageSize).ToList();
        return new ConversationDifference(
            id,
            page,
            page.Count > 0 ? page[^1].Pts : Pts(messages),
            page.Count == changed.Count
        );
    }

    private ConversationHead Head(ConversationId id, List<Message> messages) =>
        new()
        {
            Id = id,
            Kind = ConversationKind.Group,
            Title = "Geese",
            MemberCount = 2,
            Role = MemberRole.Member,
            CanSend = true,
            Seq = messages.Count,
            Pts = Pts(messages),
            JoinedSeq = 0,
            ReadSeq = _reads.GetValueOrDefault(id),
            LastMessage = messages[^1],
            ActiveAt = _activeAt[id],
        };

    private static long Pts(List<Message> messages) => messages.Count == 0 ? 0 : messages.Max(message => message.Pts);
}
