using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;

namespace Hongyan.Server.Delivery;

/// <summary>The changes of a conversation other than sends: each takes its place in the same order.</summary>
internal sealed partial class Sequencer
{
    /// <summary>Makes a conversation with its first message, all in one commit.</summary>
    /// <param name="conversation">A new id.</param>
    /// <param name="create">What to make.</param>
    /// <param name="creator">Who makes it: the sender of the first message.</param>
    /// <param name="members">Everybody in it, with their roles.</param>
    /// <param name="clientId">The id of the first message; a retry with the same one finds the log's unique index.</param>
    /// <param name="body">The first message, or null for none.</param>
    /// <returns>Null when it is durable, otherwise a code of <see cref="ErrorCode"/>.</returns>
    public async Task<string?> CreateAsync(
        ConversationId conversation,
        NewConversation create,
        UserId creator,
        IReadOnlyList<(UserId User, MemberRole Role)> members,
        Guid clientId,
        MessageBody? body,
        CancellationToken cancellationToken
    )
    {
        var slotIndex = Slots.Of(conversation);
        var slot = _slots[slotIndex];
        var stored = new StoredConversation(
            conversation,
            create.Kind,
            create.Title,
            0,
            0,
            CanSend: true,
            [.. members.Select(member => new StoredMember(member.User, member.Role, create.CreatedAt, 0, 0, 0))]
        );
        if (_isStopping)
        {
            return ErrorCode.ShuttingDown;
        }

        if (Failure is not null)
        {
            return ErrorCode.StoreUnavailable;
        }

        await _permits.WaitAsync(cancellationToken);
        var entry = body is null ? null : _recent.Reserve(creator, clientId, conversation);
        if (body is not null && entry is null)
        {
            _permits.Release();
            return ErrorCode.ClientIdReused;
        }

        ChangeOperation operation;
        lock (slot.Gate)
        {
            var state = new ConversationState(stored, _options) { LastUsed = Environment.TickCount64 };
            operation = new ChangeOperation
            {
                Conversation = conversation,
                State = state,
                Slot = slotIndex,
                Audience = state.Audience,
                Create = create,
                Members = [.. state.Members.Select(member => member.ToWrite())],
                Message = body is null ? null : NewSystemMessage(state, creator, clientId, body),
                Recent = _recent,
                Entry = entry,
                Personal = HeadsOf(state),
            };
            slot.Loaded[conversation] = state;
            if (!TryHandOver(slot, state, operation))
            {
                _permits.Release();
                operation.Failed(ErrorCode.ShuttingDown);
            }
        }

        return await operation.Ended;
    }

    /// <summary>Puts a message of the server's own into a conversation, such as that the two became contacts.</summary>
    public Task<string?> AnnounceAsync(
        ConversationId conversation,
        UserId actor,
        Guid clientId,
        MessageBody body,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            conversation,
            (slot, state) =>
            {
                if (state.Find(actor) is null)
                {
                    return (null, ErrorCode.NotFound);
                }

                if (_recent.Reserve(actor, clientId, state.Id) is not { } entry)
                {
                    return (null, ErrorCode.ClientIdReused);
                }

                return (
                    new ChangeOperation
                    {
                        Conversation = state.Id,
                        State = state,
                        Slot = Slots.Of(state.Id),
                        Audience = state.Audience,
                        Message = NewSystemMessage(state, actor, clientId, body),
                        Recent = _recent,
                        Entry = entry,
                    },
                    null
                );
            },
            cancellationToken
        );

    /// <summary>Renames a group; only its owner may.</summary>
    public Task<string?> RenameAsync(
        ConversationId conversation,
        UserId actor,
        Guid clientId,
        string title,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            conversation,
            (slot, state) =>
            {
                if (state.Find(actor) is not { } member || state.Kind != ConversationKind.Group)
                {
                    return (null, ErrorCode.NotFound);
                }

                if (member.Role != MemberRole.Owner)
                {
                    return (null, ErrorCode.Forbidden);
                }

                if (state.Title == title)
                {
                    return (null, null);
                }

                if (_recent.Reserve(actor, clientId, state.Id) is not { } entry)
                {
                    return (null, ErrorCode.ClientIdReused);
                }

                state.Title = title;
                return (
                    new ChangeOperation
                    {
                        Conversation = state.Id,
                        State = state,
                        Slot = Slots.Of(state.Id),
                        Audience = state.Audience,
                        Title = title,
                        Message = NewSystemMessage(state, actor, clientId, new GroupRenamedBody(title)),
                        Recent = _recent,
                        Entry = entry,
                        Personal = HeadsOf(state),
                    },
                    null
                );
            },
            cancellationToken
        );

    /// <summary>Takes a person out of a group. When the owner goes, the one who has been there longest follows.</summary>
    public Task<string?> LeaveAsync(
        ConversationId conversation,
        UserId actor,
        Guid clientId,
        CancellationToken cancellationToken
    ) =>
        ChangeAsync(
            conversation,
            (slot, state) =>
            {
                if (state.Find(actor) is not { } member || state.Kind != ConversationKind.Group)
                {
                    return (null, ErrorCode.NotFound);
                }

                if (_recent.Reserve(actor, clientId, state.Id) is not { } entry)
                {
                    return (null, ErrorCode.ClientIdReused);
                }

                state.Remove(actor);
                var heir = member.Role == MemberRole.Owner ? Heir(state) : null;
                if (heir is not null)
                {
                    heir.Role = MemberRole.Owner;
                }

                var body = new MemberLeftBody(heir?.User);
                return (
                    new ChangeOperation
                    {
                        Conversation = state.Id,
                        State = state,
                        Slot = Slots.Of(state.Id),
                        Audience = state.Audience,
                        Members = heir is null
                            ? [member.ToWrite(hasLeft: true)]
                            : [member.ToWrite(hasLeft: true), heir.ToWrite()],
                        Message = NewSystemMessage(state, actor, clientId, body),
                        Recent = _recent,
                        Entry = entry,
                        Personal =
                        [
                            new PersonalKey(actor.Value, PersonalKind.Conversation, state.Id.Value),
                            .. HeadsOf(state),
                        ],
                    },
                    null
                );
            },
            cancellationToken
        );

    /// <summary>Moves a person's marks forward; marks that do not move cost nothing.</summary>
    public Task<string?> MarkAsync(
        ConversationId conversation,
        UserId user,
        MarkRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Read is < 0 || request.Delivered is < 0)
        {
            return Task.FromResult<string?>(ErrorCode.InvalidRequest);
        }

        return ChangeAsync(
            conversation,
            (slot, state) =>
            {
                if (state.Find(user) is not { } member)
                {
                    return (null, ErrorCode.NotFound);
                }

                // Only what is durable can be read: a number on its way may come to nothing.
                var read = Math.Max(member.ReadSeq, Math.Min(request.Read ?? 0, state.DurableSeq));
                var delivered = Math.Max(
                    Math.Max(member.DeliveredSeq, read),
                    Math.Min(request.Delivered ?? 0, state.DurableSeq)
                );
                var isReadMoving = read != member.ReadSeq;
                if (!isReadMoving && delivered == member.DeliveredSeq)
                {
                    return (null, null);
                }

                var (readBefore, deliveredBefore) = (member.ReadSeq, member.DeliveredSeq);
                (member.ReadSeq, member.DeliveredSeq) = (read, delivered);
                return (
                    new ChangeOperation
                    {
                        Conversation = state.Id,
                        State = state,
                        Slot = Slots.Of(state.Id),
                        Audience = state.Audience,
                        Mark = new MarkWrite(user, read, delivered),
                        Undo = () =>
                            (member.ReadSeq, member.DeliveredSeq) = (
                                Math.Min(member.ReadSeq, readBefore),
                                Math.Min(member.DeliveredSeq, deliveredBefore)
                            ),
                        Personal = isReadMoving ? [new PersonalKey(user.Value, PersonalKind.Read, state.Id.Value)] : [],
                    },
                    null
                );
            },
            cancellationToken
        );
    }

    /// <summary>The conversation in the personal log of everybody in it: its name, its size or somebody's role changes.</summary>
    private static PersonalKey[] HeadsOf(ConversationState state) =>
        [.. state.Audience.Select(user => new PersonalKey(user.Value, PersonalKind.Conversation, state.Id.Value))];

    private static MemberState? Heir(ConversationState state) =>
        state.Members.OrderBy(member => member.JoinedAt).ThenBy(member => member.User.Value).FirstOrDefault();

    private MessageWrite NewSystemMessage(ConversationState state, UserId actor, Guid clientId, MessageBody body)
    {
        var json = Frames.SerializeBody(body);
        var (seq, pts) = state.Append();
        return new MessageWrite(seq, pts, actor, clientId, Now, PayloadHash(state.Id, json), json);
    }

    private async Task<string?> ChangeAsync(
        ConversationId conversation,
        Func<SlotState, ConversationState, (ChangeOperation? Operation, string? Refusal)> number,
        CancellationToken cancellationToken
    )
    {
        ChangeOperation? change = null;
        var refusal = await SubmitAsync(
            conversation,
            (slot, state) =>
            {
                (change, var refused) = number(slot, state);
                return (change, refused);
            },
            cancellationToken
        );
        if (refusal is not null)
        {
            change?.Failed(refusal);
        }

        return refusal ?? (change is null ? null : await change.Ended);
    }
}
