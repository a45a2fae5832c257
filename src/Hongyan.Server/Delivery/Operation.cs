using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>A numbered write on its way to the log, and what is to happen once it is there.</summary>
internal abstract class Operation : LogWrite
{
    /// <summary>The conversation's state in memory, whose <see cref="ConversationState.Pending"/> counts this write.</summary>
    public required ConversationState State { get; init; }

    public required int Slot { get; init; }

    /// <summary>Who gets the message, if it carries one.</summary>
    public UserId[] Audience { get; init; } = [];

    /// <summary>The session that gets an acknowledgement instead of the message, if any.</summary>
    public SessionId? Origin { get; init; }

    /// <summary>Takes back what memory has of it, under the slot's lock, when it was not written; null when a reload does that.</summary>
    public Action? Undo { get; init; }

    /// <summary>It is durable.</summary>
    public abstract void Committed();

    /// <summary>It was not written, and will not be.</summary>
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    public abstract void Failed(string code);
}

/// <summary>A message somebody sends.</summary>
internal sealed class SendOperation : Operation
{
    public required RecentSends Recent { get; init; }
    public required RecentSend Entry { get; init; }

    public override void Committed()
    {
        var message = Message!;
        Recent.Settle(
            Entry,
            new StoredSend(Conversation, message.Seq, message.Pts, message.SentAt, message.PayloadHash)
        );
    }

    public override void Failed(string code) => Recent.Fail(Entry, code);
}

/// <summary>Something else that changes a conversation: made, renamed, left, read.</summary>
internal sealed class ChangeOperation : Operation
{
    private readonly TaskCompletionSource<string?> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where the client id of its message is entered, when it has one.</summary>
    public RecentSends? Recent { get; init; }

    /// <summary>The client id's entry there.</summary>
    public RecentSend? Entry { get; init; }

    /// <summary>Ends with null when it is durable, otherwise with a code of <see cref="ErrorCode"/>.</summary>
    public Task<string?> Ended => _source.Task;

    public override void Committed()
    {
        if (Entry is not null && Message is { } message)
        {
            Recent!.Settle(Entry, new StoredSend(Conversation, message.Seq, message.Pts, message.SentAt, 0));
        }

        _source.TrySetResult(null);
    }

    public override void Failed(string code)
    {
        if (Entry is not null)
        {
            Recent!.Fail(Entry, code);
        }

        _source.TrySetResult(code);
    }
}
