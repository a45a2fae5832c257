using System.Text.Json;
using Hongyan.Client;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.ServerTests.Snapshots;

/// <summary>
/// What an application shows: kept either by applying changes as they come out of the SDK, and nothing else, or read
/// over HTTP at one moment. The two must be the same, whatever happened.
/// </summary>
internal sealed class Screen
{
    private readonly Dictionary<UserId, Contact> _contacts = [];
    private readonly Dictionary<ContactRequestId, ContactRequest> _requests = [];
    private readonly Dictionary<ConversationId, Chat> _chats = [];
    private Me? _me;
    private bool _isInStep;

    /// <summary>Everything as it is on the server now, asked for page by page.</summary>
    public static async Task<Screen> FetchAsync(HongyanApi api, CancellationToken cancellationToken)
    {
        var screen = new Screen { _me = await api.MeAsync(cancellationToken) };
        await foreach (var contact in AllAsync(after => api.ContactsAsync(after, 2, cancellationToken)))
        {
            screen._contacts.Add(contact.Person.Id, contact);
        }

        await foreach (var request in AllAsync(after => api.ContactRequestsAsync(after, 2, cancellationToken)))
        {
            screen._requests.Add(request.Id, request);
        }

        await foreach (var head in AllAsync(after => api.ConversationsAsync(after, 2, cancellationToken)))
        {
            var chat = new Chat { Head = head, Since = 0 };
            screen._chats.Add(head.Id, chat);
            for (var hasMore = true; hasMore; )
            {
                var after = chat.Messages.Count == 0 ? head.JoinedSeq : chat.Messages.Keys.Max();
                var page = await api.HistoryAsync(head.Id, null, after, 50, cancellationToken);
                hasMore = page.HasMore;
                foreach (var message in page.Messages)
                {
                    chat.Messages.Add(message.Seq, message);
                }
            }
        }

        return screen;
    }

    public void Apply(ClientChange change)
    {
        switch (change)
        {
            case InStepChanged { IsInStep: var isInStep }:
                _isInStep = isInStep;
                break;
            case HeadSeen { Head: var head }:
                Apply(head);
                _chats[head.Id].Met(head.Pts);
                break;
            case MessageChanged { Message: var message }:
                Apply(message);
                break;
            case MarksMoved marks when _chats.GetValueOrDefault(marks.Conversation) is { Head: { } head } chat:
                chat.Head = head with
                {
                    PeerReadSeq = Later(head.PeerReadSeq, marks.ReadSeq),
                    PeerDeliveredSeq = Later(head.PeerDeliveredSeq, marks.DeliveredSeq),
                };
                break;
            case PersonalChanged { Change: var personal }:
                Apply(personal);
                break;
        }
    }

    /// <summary>The whole of it as text, for a comparison whose failure can be read.</summary>
    /// <param name="isHeld">Which messages to show: those that a device of this state can be asked for; all when null.</param>
    public string Describe(Screen? isHeld = null) =>
        JsonSerializer.Serialize(_me, HongyanJson.Wire.Options)
        + Lines(_contacts.Values.OrderBy(contact => contact.Person.Id.Value))
        + Lines(_requests.Values.OrderBy(request => request.Id.Value))
        + Lines(_chats.Values.OrderBy(chat => chat.Head!.Id.Value).Select(chat => chat.Head))
        + Lines(
            _chats
                .Values.OrderBy(chat => chat.Head!.Id.Value)
                .SelectMany(chat => chat.Messages.Values.OrderBy(message => message.Seq))
                .Where((isHeld ?? this).IsHeld)
        );

    private bool IsHeld(Message message) =>
        message.Pts > (_chats.GetValueOrDefault(message.Conversation)?.Since ?? long.MaxValue);

    private static string Lines<T>(IEnumerable<T> rows) =>
        "\n--\n" + string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row, HongyanJson.Wire.Options)));

    private static async IAsyncEnumerable<T> AllAsync<T>(Func<string?, Task<Page<T>>> fetch)
    {
        for (string? after = null; ; )
        {
            var page = await fetch(after);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            if (page.Next is null)
            {
                yield break;
            }

            after = page.Next;
        }
    }

    private void Apply(Message message)
    {
        if (!_chats.TryGetValue(message.Conversation, out var chat))
        {
            // It overtook the change that tells of the conversation.
            _chats[message.Conversation] = chat = new Chat();
        }

        chat.Since ??= 0;
        chat.Messages[message.Seq] = message;
        if (chat.Head is { } head)
        {
            chat.Head = With(head, message);
        }
    }

    private void Apply(ConversationHead head)
    {
        if (!_chats.TryGetValue(head.Id, out var chat))
        {
            _chats[head.Id] = new Chat { Head = head, Since = _isInStep ? 0 : null };
            return;
        }

        var known = chat.Head;
        chat.Head = chat.Messages.Values.OrderBy(message => message.Seq).Aggregate(head, With);
        if (known is not null)
        {
            chat.Head = chat.Head with
            {
                ReadSeq = Math.Max(known.ReadSeq, head.ReadSeq),
                PeerReadSeq = Later(known.PeerReadSeq, head.PeerReadSeq),
                PeerDeliveredSeq = Later(known.PeerDeliveredSeq, head.PeerDeliveredSeq),
            };
        }
    }

    /// <summary>What a message says about its conversation: its numbers and nothing else.</summary>
    private static ConversationHead With(ConversationHead head, Message message) =>
        head with
        {
            Seq = Math.Max(head.Seq, message.Seq),
            Pts = Math.Max(head.Pts, message.Pts),
            LastMessage = message.Seq >= (head.LastMessage?.Seq ?? 0) ? message : head.LastMessage,
            ActiveAt = message.Seq > head.Seq ? message.SentAt : head.ActiveAt,
        };

    private void Apply(PersonalChange change)
    {
        switch (change)
        {
            case MeChanged { Me: var me }:
                _me = me;
                break;
            case ContactChanged { Contact: var contact }:
                _contacts[contact.Person.Id] = contact;
                Meet(contact.Person);
                break;
            case ContactRemoved { User: var user }:
                _contacts.Remove(user);
                break;
            case RequestChanged { Request: var request }:
                _requests[request.Id] = request;
                break;
            case ConversationChanged { Head: var head }:
                Apply(head);
                break;
            case ConversationRemoved { Conversation: var gone }:
                _chats.Remove(gone);
                break;
            case ReadMoved read when _chats.GetValueOrDefault(read.Conversation) is { Head: { } head } chat:
                chat.Head = head with { ReadSeq = Math.Max(head.ReadSeq, read.ReadSeq) };
                break;
        }
    }

    /// <summary>A contact is told of once, and is who they are wherever else they appear.</summary>
    private void Meet(Person person)
    {
        foreach (var chat in _chats.Values.Where(chat => chat.Head?.Peer?.Id == person.Id))
        {
            chat.Head = chat.Head! with { Peer = person };
        }

        foreach (var request in _requests.Values.Where(request => request.Person.Id == person.Id).ToList())
        {
            _requests[request.Id] = request with { Person = person };
        }
    }

    private static long? Later(long? one, long? other) =>
        one is null || other is null ? one ?? other : Math.Max(one.Value, other.Value);

    /// <summary>A conversation, and the messages of it that changed after a count.</summary>
    private sealed class Chat
    {
        /// <summary>What changed up to here is not told by itself; null as long as that is not known.</summary>
        public long? Since { get; set; }

        public ConversationHead? Head { get; set; }
        public Dictionary<long, Message> Messages { get; } = [];

        /// <summary>A head is where the telling begins, unless it has begun already.</summary>
        public void Met(long pts)
        {
            if (Messages.Count == 0)
            {
                Since = pts;
            }
        }
    }
}
