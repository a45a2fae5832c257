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
    /// <summary>Further apart than this, the server's clocks and the order in which it pushes are never.</summary>
    private const long ClockMarginMs = 60_000;

    private readonly Dictionary<ConversationId, long> _pts = [];
    private readonly HashSet<ConversationId> _gone = [];
    private long _personalPts;
    private UserId _user;
    private long _inStepSince;

    /// <summary>
    /// Personal changes, then heads, newest activity first, down to those that cannot have changed since this device was
    /// last in step. It is the time that ends it and not the first known counter: what was pushed before the line broke
    /// says nothing about what was to follow.
    /// </summary>
    public async Task CatchUpAsync(HongyanConnection connection, CancellationToken cancellationToken)
    {
        _user = connection.Welcome.User;
        await FetchPersonalAsync(connection, cancellationToken);
        var unchangedBefore = _inStepSince - ClockMarginMs;
        string? next = null;
        do
        {
            var page = await connection.HeadsAsync(next, cancellationToken: cancellationToken);
            foreach (var head in page.Items.Where(head => head.ActiveAt >= unchangedBefore))
            {
                await SeeAsync(connection, head, cancellationToken);
            }

            next = page.Items.All(head => head.ActiveAt >= unchangedBefore) ? page.Next : null;
        } while (next is not null);

        _inStepSince = connection.Welcome.Now;
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
                await SettleAsync(ack.ClientId, ack.Seq, cancellationToken);
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
        if (_gone.Contains(message.Conversation))
        {
            return; // pushed before one was a member no more, and overtaken by that
        }

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
        _gone.Remove(head.Id);
        await WriteAsync(new HeadSeen(head), cancellationToken);
        if (!_pts.TryGetValue(head.Id, out var mine))
        {
            // Its history is fetched by whoever wants to see it; from here on nothing of it is missed.
            _pts[head.Id] = head.Pts;
        }
        else if (mine < head.Pts)
        {
            await FetchAsync(connection, head.Id, cancellationToken);
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
                    await SettleAsync(message.ClientId, message.Seq, cancellationToken);
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
        switch (change)
        {
            case ConversationRemoved { Conversation: var gone }:
                _pts.Remove(gone);
                _gone.Add(gone);
                break;
            case ConversationChanged { Head.Id: var present }:
                _gone.Remove(present);
                break;
        }

        await WriteAsync(new PersonalChanged(change), cancellationToken);
    }

    private async Task SettleAsync(Guid clientId, long seq, CancellationToken cancellationToken)
    {
        if (await outbox.SettleAsync(clientId, cancellationToken) is { } item)
        {
            await WriteAsync(new SendSucceeded(item, seq), cancellationToken);
        }
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
