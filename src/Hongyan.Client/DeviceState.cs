using System.Threading.Channels;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <summary>
/// The counters a device holds, and the rules that keep them right: what is written to the changes has nothing missing
/// and nothing twice. One caller at a time.
/// </summary>
internal sealed class DeviceState(ChannelWriter<ClientChange> changes, OutboxPump outbox)
{
    private readonly Dictionary<ConversationId, long> _pts = [];
    private long _personalPts;
    private UserId _user;
    private bool _hasSyncedOnce;

    /// <summary>Personal changes, then heads, then what changed in the conversations that moved on.</summary>
    public async Task CatchUpAsync(HongyanConnection connection, CancellationToken cancellationToken)
    {
        _user = connection.Welcome.User;
        await FetchPersonalAsync(connection, cancellationToken);
        string? next = null;
        do
        {
            var page = await connection.HeadsAsync(next, cancellationToken: cancellationToken);
            foreach (var head in page.Items)
            {
                if (_pts.TryGetValue(head.Id, out var mine) && mine == head.Pts && _hasSyncedOnce)
                {
                    // Newest activity first: what follows was in step when this device last was.
                    return;
                }

                await SeeAsync(connection, head, cancellationToken);
            }

            next = page.Next;
        } while (next is not null);

        _hasSyncedOnce = true;
    }

    public async Task ApplyAsync(HongyanConnection connection, ServerFrame frame, CancellationToken cancellationToken)
    {
        switch (frame)
        {
            case Pushed { Message: var message }:
                await ApplyAsync(connection, message, cancellationToken);
                break;
            case Ack ack when outbox.Find(ack.ClientId) is { } item:
                await ApplyAsync(connection, ToMessage(ack, item), cancellationToken);
                await outbox.SettleAsync(ack.ClientId, cancellationToken);
                break;
            case Ack ack:
                await FetchAsync(connection, ack.Conversation, cancellationToken);
                break;
            case PersonalPushed personal:
                await ApplyAsync(connection, personal, cancellationToken);
                break;
            case Marks marks:
                await WriteAsync(
                    new MarksMoved(marks.Conversation, marks.User, marks.Read, marks.Delivered),
                    cancellationToken
                );
                break;
            case Typing typing:
                await WriteAsync(new TypingSeen(typing.Conversation, typing.User), cancellationToken);
                break;
            case Resync:
                await CatchUpAsync(connection, cancellationToken);
                break;
        }
    }

    private async Task ApplyAsync(HongyanConnection connection, Message message, CancellationToken cancellationToken)
    {
        var mine = _pts.GetValueOrDefault(message.Conversation);
        switch (ApplyRule.Decide(mine, message.Pts))
        {
            case ApplyDecision.Apply:
                _pts[message.Conversation] = message.Pts;
                await WriteAsync(new MessageChanged(message), cancellationToken);
                break;
            case ApplyDecision.FetchDifference:
                await FetchAsync(connection, message.Conversation, cancellationToken);
                break;
        }
    }

    private async Task ApplyAsync(
        HongyanConnection connection,
        PersonalPushed personal,
        CancellationToken cancellationToken
    )
    {
        switch (ApplyRule.Decide(_personalPts, personal.Pts))
        {
            case ApplyDecision.Apply:
                _personalPts = personal.Pts;
                await TellAsync(personal.Change, cancellationToken);
                break;
            case ApplyDecision.FetchDifference:
                await FetchPersonalAsync(connection, cancellationToken);
                break;
        }
    }

    /// <summary>A head is a promise of messages up to its counter: a known conversation gets the difference first.</summary>
    private async Task SeeAsync(
        HongyanConnection connection,
        ConversationHead head,
        CancellationToken cancellationToken
    )
    {
        await WriteAsync(new HeadSeen(head), cancellationToken);
        if (_pts.ContainsKey(head.Id))
        {
            await FetchAsync(connection, head.Id, cancellationToken);
        }
        else
        {
            // Its history is fetched by whoever wants to see it; from here on nothing of it is missed.
            _pts[head.Id] = head.Pts;
        }
    }

    private async Task FetchAsync(
        HongyanConnection connection,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            ConversationDifference difference;
            try
            {
                difference = await connection.DifferenceAsync(
                    conversation,
                    _pts.GetValueOrDefault(conversation),
                    cancellationToken: cancellationToken
                );
            }
            catch (HongyanException exception) when (exception.Code == Contracts.Errors.ErrorCode.NotFound)
            {
                return; // left meanwhile
            }

            foreach (var message in difference.Messages)
            {
                await WriteAsync(new MessageChanged(message), cancellationToken);
                if (message.Sender == _user)
                {
                    await outbox.SettleAsync(message.ClientId, cancellationToken);
                }
            }

            _pts[conversation] = Math.Max(_pts.GetValueOrDefault(conversation), difference.Pts);
            if (difference.IsComplete)
            {
                return;
            }
        }
    }

    private async Task FetchPersonalAsync(HongyanConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var difference = await connection.ChangesAsync(_personalPts, cancellationToken: cancellationToken);
            foreach (var change in difference.Changes)
            {
                await TellAsync(change, cancellationToken);
            }

            _personalPts = Math.Max(_personalPts, difference.Pts);
            if (difference.IsComplete)
            {
                return;
            }
        }
    }

    private async Task TellAsync(PersonalChange change, CancellationToken cancellationToken)
    {
        if (change is ConversationRemoved { Conversation: var gone })
        {
            _pts.Remove(gone);
        }

        await WriteAsync(new PersonalChanged(change), cancellationToken);
    }

    private ValueTask WriteAsync(ClientChange change, CancellationToken cancellationToken) =>
        changes.WriteAsync(change, cancellationToken);

    private Message ToMessage(Ack ack, OutboxItem item) =>
        new()
        {
            Conversation = ack.Conversation,
            Seq = ack.Seq,
            Pts = ack.Pts,
            Sender = _user,
            ClientId = ack.ClientId,
            Body = item.Body,
            SentAt = ack.SentAt,
        };
}
