using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>How a send ended: durable at a place, or refused with a code of <see cref="ErrorCode"/>.</summary>
internal readonly record struct SendOutcome(string? Error, MessageSent? Sent)
{
    public static SendOutcome Refused(string code) => new(code, null);

    public static SendOutcome Durable(in StoredSend send, Guid clientId) =>
        new(null, new MessageSent(send.Conversation, clientId, send.Seq, send.Pts, send.SentAt));
}

/// <summary>Waits for the end of a send. Called once, on a thread that must not be held up.</summary>
internal interface ISendObserver
{
    void Settled(Guid clientId, in SendOutcome outcome);
}

/// <summary>Waits for the end of a send as a task does.</summary>
internal sealed class SendTask : ISendObserver
{
    private readonly TaskCompletionSource<SendOutcome> _source = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<SendOutcome> Task => _source.Task;

    public void Settled(Guid clientId, in SendOutcome outcome) => _source.TrySetResult(outcome);
}
