using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery;

/// <summary>
/// What happens after a commit: the sender is told, the others get the message, and each socket that got something is
/// flushed once per batch. Never waits for a socket.
/// </summary>
internal sealed class FanOut(SlotTable slots, SessionHub hub, PersonalFeed feed, DeliveryMetrics metrics)
{
    [ThreadStatic]
    private static List<SocketSession>? t_touched;

    /// <summary>Raised for each write that ended, either way; gives back the permit it held.</summary>
    public Action? Ended { get; set; }

    public void Committed(List<Operation> batch)
    {
        var touched = t_touched ??= [];
        var messages = 0;
        var deliveries = 0L;
        try
        {
            using var collecting = SocketSession.CollectFlushes(touched);
            foreach (var operation in batch)
            {
                Release(operation, isWritten: true);
                operation.Committed();
                if (operation.Message is { } message)
                {
                    messages++;
                    deliveries += Push(operation, message);
                }

                if (operation.Mark is { } mark)
                {
                    PushMarks(operation, mark);
                }

                PublishPersonal(operation);
                Ended?.Invoke();
            }
        }
        finally
        {
            foreach (var session in touched)
            {
                session.Flush();
            }

            touched.Clear();
        }

        metrics.Messages.Add(messages);
        metrics.Deliveries.Add(deliveries);
    }

    public void Failed(Operation operation, string code)
    {
        Release(operation, isWritten: false);
        operation.Failed(code);
        Ended?.Invoke();
    }

    /// <summary>A send that was tried again turned out to be in the log already.</summary>
    public void FoundInLog(SendOperation operation, StoredSend stored)
    {
        Release(operation, isWritten: false);
        operation.Recent.Settle(operation.Entry, stored);
        Ended?.Invoke();
    }

    private void Release(Operation operation, bool isWritten)
    {
        lock (slots[operation.Slot].Gate)
        {
            operation.State.Pending--;
            operation.State.CallNext();
            if (!isWritten)
            {
                operation.Undo?.Invoke();
            }
            else if (operation.Message is { } message)
            {
                operation.State.DurableSeq = Math.Max(operation.State.DurableSeq, message.Seq);
            }
        }
    }

    private int Push(Operation operation, MessageWrite message)
    {
        byte[]? frame = null;
        var deliveries = 0;
        foreach (var user in operation.Audience)
        {
            foreach (var session in hub.Of(user))
            {
                if (operation.Origin == session.Session)
                {
                    continue;
                }

                session.Push(frame ??= Frames.Message(operation.Conversation, message));
                deliveries++;
            }
        }

        return deliveries;
    }

    private void PushMarks(Operation operation, MarkWrite mark)
    {
        if (operation.State.Kind != ConversationKind.Direct)
        {
            return;
        }

        byte[]? frame = null;
        foreach (var user in operation.Audience)
        {
            if (user == mark.User)
            {
                continue;
            }

            foreach (var session in hub.Of(user))
            {
                frame ??= Frames.Serialize(
                    new Marks(operation.Conversation, mark.User, mark.ReadSeq, mark.DeliveredSeq)
                );
                session.Offer(frame);
            }
        }
    }

    private void PublishPersonal(Operation operation)
    {
        for (var i = 0; i < operation.Personal.Length; i++)
        {
            var key = operation.Personal[i];
            feed.Publish(new PersonalEntry(key.UserId, key.Kind, key.Key, operation.PersonalPts[i]));
        }
    }
}
