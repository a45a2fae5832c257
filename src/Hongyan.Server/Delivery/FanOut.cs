using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery;

/// <summary>
/// What happens after a commit: the sender is told, the others get the message, and each socket that got something is
/// flushed once, however many batches there were. Never waits for a socket.
/// </summary>
internal sealed class FanOut(SlotTable slots, SessionHub hub, PersonalFeed feed, DeliveryMetrics metrics)
{
    /// <summary>So few sockets are flushed by one thread.</summary>
    private const int FlushShare = 64;

    [ThreadStatic]
    private static List<SocketSession>? t_touched;

    /// <summary>Raised for each write that ended, either way; gives back the permit it held.</summary>
    public Action? Ended { get; set; }

    /// <summary>Tells everybody of writes that are durable, in their order.</summary>
    public void Committed(IReadOnlyList<List<Operation>> batches)
    {
        var touched = t_touched ??= [];
        try
        {
            using var collecting = SocketSession.CollectFlushes(touched);
            foreach (var batch in batches)
            {
                Committed(batch);
            }
        }
        finally
        {
            Flush(touched);
            touched.Clear();
        }
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

    private void Committed(List<Operation> batch)
    {
        var messages = 0;
        var deliveries = 0L;
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

        metrics.Messages.Add(messages);
        metrics.Deliveries.Add(deliveries);
    }

    /// <summary>
    /// A flush is a call of the kernel on this thread. When there are many, other threads take their shares, and nobody
    /// waits for them: what a later batch adds for a socket goes with it, or is flushed after.
    /// </summary>
    private static void Flush(List<SocketSession> touched)
    {
        var shares = Math.Clamp(touched.Count / FlushShare, 1, Math.Max(1, Environment.ProcessorCount / 2));
        if (shares == 1)
        {
            foreach (var session in touched)
            {
                session.Flush();
            }

            return;
        }

        foreach (var share in touched.Chunk((touched.Count + shares - 1) / shares))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static share => Array.ForEach(share, session => session.Flush()),
                share,
                preferLocal: false
            );
        }
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
