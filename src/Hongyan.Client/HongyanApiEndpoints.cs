using System.Net.Http.Headers;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <content>The endpoints for those who are signed in.</content>
public sealed partial class HongyanApi
{
    /// <summary>One's own account.</summary>
    public Task<Me> MeAsync(CancellationToken cancellationToken = default) => GetAsync<Me>("api/me", cancellationToken);

    /// <summary>Changes one's profile.</summary>
    public Task<Me> UpdateProfileAsync(UpdateProfileRequest request, CancellationToken cancellationToken = default) =>
        SendAsync<Me>(HttpMethod.Patch, "api/me", Body(request), cancellationToken);

    /// <summary>Changes the password; every other session ends.</summary>
    public Task ChangePasswordAsync(ChangePasswordRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, "api/me/password", Body(request), cancellationToken);

    /// <summary>Uploads an avatar.</summary>
    /// <param name="picture">A PNG, JPEG or WebP of at most 5 MiB.</param>
    /// <param name="contentType">Its type, such as <c>image/png</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<Me> SetAvatarAsync(
        ReadOnlyMemory<byte> picture,
        string contentType,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync<Me>(
            HttpMethod.Put,
            "api/me/avatar",
            () =>
                new ReadOnlyMemoryContent(picture)
                {
                    Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) },
                },
            cancellationToken
        );

    /// <summary>Goes back to the default avatar.</summary>
    public Task<Me> RemoveAvatarAsync(CancellationToken cancellationToken = default) =>
        SendAsync<Me>(HttpMethod.Delete, "api/me/avatar", null, cancellationToken);

    /// <summary>A page of one's devices.</summary>
    public Task<Page<SessionInfo>> SessionsAsync(
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) => GetAsync<Page<SessionInfo>>($"api/sessions{Query(("after", after), ("limit", limit))}", cancellationToken);

    /// <summary>Ends a session of one's own; its socket closes at once.</summary>
    public Task RevokeSessionAsync(SessionId session, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"api/sessions/{session}", null, cancellationToken);

    /// <summary>Finds a person by their exact handle.</summary>
    public Task<PersonDetails> FindPersonAsync(string handle, CancellationToken cancellationToken = default) =>
        GetAsync<PersonDetails>($"api/people/{Uri.EscapeDataString(handle)}", cancellationToken);

    /// <summary>The card of a person one knows.</summary>
    public Task<PersonDetails> PersonAsync(UserId user, CancellationToken cancellationToken = default) =>
        GetAsync<PersonDetails>($"api/users/{user}", cancellationToken);

    /// <summary>Asks a person to become a contact.</summary>
    public Task<ContactRequest> RequestContactAsync(
        SendContactRequest request,
        CancellationToken cancellationToken = default
    ) => SendAsync<ContactRequest>(HttpMethod.Post, "api/contact-requests", Body(request), cancellationToken);

    /// <summary>A page of the requests that came and went, newest first.</summary>
    public Task<Page<ContactRequest>> ContactRequestsAsync(
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<Page<ContactRequest>>(
            $"api/contact-requests{Query(("after", after), ("limit", limit))}",
            cancellationToken
        );

    /// <summary>Accepts a request.</summary>
    public Task<Contact> AcceptAsync(ContactRequestId request, CancellationToken cancellationToken = default) =>
        SendAsync<Contact>(HttpMethod.Post, $"api/contact-requests/{request}/accept", null, cancellationToken);

    /// <summary>Declines a request; the sender is not told.</summary>
    public Task<ContactRequest> DeclineAsync(ContactRequestId request, CancellationToken cancellationToken = default) =>
        SendAsync<ContactRequest>(HttpMethod.Post, $"api/contact-requests/{request}/decline", null, cancellationToken);

    /// <summary>A page of one's contacts, by <see cref="Contact.SortKey"/>.</summary>
    public Task<Page<Contact>> ContactsAsync(
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) => GetAsync<Page<Contact>>($"api/contacts{Query(("after", after), ("limit", limit))}", cancellationToken);

    /// <summary>Removes a contact.</summary>
    public Task RemoveContactAsync(UserId user, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"api/contacts/{user}", null, cancellationToken);

    /// <summary>A page of one's conversations, newest activity first.</summary>
    public Task<Page<ConversationHead>> ConversationsAsync(
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<Page<ConversationHead>>(
            $"api/conversations{Query(("after", after), ("limit", limit))}",
            cancellationToken
        );

    /// <summary>One conversation.</summary>
    public Task<ConversationHead> ConversationAsync(
        ConversationId conversation,
        CancellationToken cancellationToken = default
    ) => GetAsync<ConversationHead>($"api/conversations/{conversation}", cancellationToken);

    /// <summary>The direct conversation with a contact.</summary>
    public Task<ConversationHead> OpenDirectAsync(UserId user, CancellationToken cancellationToken = default) =>
        SendAsync<ConversationHead>(
            HttpMethod.Post,
            "api/conversations/direct",
            Body(new OpenDirectRequest(user)),
            cancellationToken
        );

    /// <summary>One's own notes.</summary>
    public Task<ConversationHead> OpenNotesAsync(CancellationToken cancellationToken = default) =>
        SendAsync<ConversationHead>(HttpMethod.Post, "api/conversations/notes", null, cancellationToken);

    /// <summary>Makes a group.</summary>
    public Task<ConversationHead> CreateGroupAsync(
        CreateGroupRequest request,
        CancellationToken cancellationToken = default
    ) => SendAsync<ConversationHead>(HttpMethod.Post, "api/conversations", Body(request), cancellationToken);

    /// <summary>Renames a group of one's own.</summary>
    public Task<ConversationHead> RenameGroupAsync(
        ConversationId conversation,
        RenameGroupRequest request,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync<ConversationHead>(
            HttpMethod.Patch,
            $"api/conversations/{conversation}",
            Body(request),
            cancellationToken
        );

    /// <summary>Leaves a group.</summary>
    public Task LeaveGroupAsync(ConversationId conversation, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, $"api/conversations/{conversation}/members/me", null, cancellationToken);

    /// <summary>A page of a conversation's members, by when they joined.</summary>
    public Task<Page<ConversationMember>> MembersAsync(
        ConversationId conversation,
        string? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<Page<ConversationMember>>(
            $"api/conversations/{conversation}/members{Query(("after", after), ("limit", limit))}",
            cancellationToken
        );

    /// <summary>A page of messages: before a number, after one, or the newest.</summary>
    public Task<HistoryPage> HistoryAsync(
        ConversationId conversation,
        long? before = null,
        long? after = null,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<HistoryPage>(
            $"api/conversations/{conversation}/messages{Query(("before", before), ("after", after), ("limit", limit))}",
            cancellationToken
        );

    /// <summary>What has changed in a conversation since a counter.</summary>
    public Task<ConversationDifference> DifferenceAsync(
        ConversationId conversation,
        long since,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) =>
        GetAsync<ConversationDifference>(
            $"api/conversations/{conversation}/changes{Query(("since", since), ("limit", limit))}",
            cancellationToken
        );

    /// <summary>Sends a message; returns when it is durable. A retry uses the same client id.</summary>
    public Task<MessageSent> SendAsync(
        ConversationId conversation,
        SendMessageRequest request,
        CancellationToken cancellationToken = default
    ) =>
        SendAsync<MessageSent>(
            HttpMethod.Post,
            $"api/conversations/{conversation}/messages",
            Body(request),
            cancellationToken
        );

    /// <summary>Moves one's marks forward.</summary>
    public Task MarkAsync(
        ConversationId conversation,
        MarkRequest request,
        CancellationToken cancellationToken = default
    ) => SendAsync(HttpMethod.Put, $"api/conversations/{conversation}/marks", Body(request), cancellationToken);

    /// <summary>What has changed of one's own since a counter.</summary>
    public Task<PersonalDifference> ChangesAsync(
        long since,
        int? limit = null,
        CancellationToken cancellationToken = default
    ) => GetAsync<PersonalDifference>($"api/changes{Query(("since", since), ("limit", limit))}", cancellationToken);
}
