using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Sync;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>Carries out what a signed-in session says, frame by frame, in its order.</summary>
internal sealed class FrameHandler(
    Sequencer sequencer,
    SyncReader sync,
    SessionHub hub,
    SendLimits limits,
    ISocketAuthentication authentication,
    TimeProvider time
)
{
    private const int TypingIntervalMs = 1_000;

    public async ValueTask HandleAsync(SocketSession session, ClientFrame frame)
    {
        // Whoever asks too much is read more slowly; nothing is refused, because each of these needs its answer.
        if (frame is not Send && limits.TakeRequest(ref session.RequestBucket) is > 0 and var wait)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, session.Gone);
        }

        switch (frame)
        {
            case Send send:
                await SendAsync(session, send);
                break;
            case Mark mark:
                await MarkAsync(session, mark);
                break;
            case SetTyping typing:
                await TypeAsync(session, typing.Conversation);
                break;
            case GetChanges get:
                var changes = await sync.ChangesAsync(session.User, get.Since, get.Limit, session.Gone);
                Answer(session, get.Id, changes, result => new Changes(get.Id, result));
                break;
            case GetHeads get:
                var heads = await sync.HeadsAsync(session.User, get.After, get.Limit, session.Gone);
                Answer(session, get.Id, heads, result => new Heads(get.Id, result));
                break;
            case GetDifference get:
                var difference = await sync.DifferenceAsync(
                    session.User,
                    get.Conversation,
                    get.Since,
                    get.Limit,
                    session.Gone
                );
                Answer(session, get.Id, difference, result => new Difference(get.Id, result));
                break;
            case GetHistory get:
                var history = await sync.HistoryAsync(
                    session.User,
                    get.Conversation,
                    get.Before,
                    get.After,
                    get.Limit,
                    session.Gone
                );
                Answer(session, get.Id, history, result => new History(get.Id, result));
                break;
            case Ping when !await authentication.IsSignedInAsync(session.Session, session.Gone):
                // It ended where this process did not see it: by its age, or on another node.
                session.Close(CloseCode.SessionRevoked);
                break;
            case Ping ping:
                var pts = await sync.PersonalPtsAsync(session.User, session.Gone);
                session.Pong(ping.Id, pts, time.GetUtcNow().ToUnixTimeMilliseconds());
                break;
            default:
                // A second hello, for one.
                session.Refuse(ErrorCode.InvalidRequest);
                break;
        }
    }

    private async ValueTask SendAsync(SocketSession session, Send send)
    {
        if (limits.Take(session.User, ref session.SendBucket) is > 0 and var wait)
        {
            session.Refuse(ErrorCode.RateLimited, clientId: send.ClientId, retryAfterMs: wait);
            return;
        }

        await session.ReserveSendAsync();
        await sequencer.SendAsync(
            session.User,
            session.Session,
            send.Conversation,
            send.ClientId,
            send.Body,
            session,
            session.Gone
        );
    }

    private async ValueTask MarkAsync(SocketSession session, Mark mark)
    {
        var request = new MarkRequest(mark.Read, mark.Delivered);
        if (await sequencer.MarkAsync(mark.Conversation, session.User, request, session.Gone) is { } error)
        {
            session.Refuse(error);
        }
    }

    private async ValueTask TypeAsync(SocketSession session, ConversationId conversation)
    {
        var now = Environment.TickCount64;
        if (now - session.LastTyping < TypingIntervalMs)
        {
            return;
        }

        session.LastTyping = now;
        if (await sequencer.AudienceAsync(session.User, conversation, session.Gone) is not { } audience)
        {
            session.Refuse(ErrorCode.NotFound);
            return;
        }

        var frame = Frames.Serialize(new Typing(conversation, session.User));
        foreach (var user in audience)
        {
            if (user == session.User)
            {
                continue;
            }

            foreach (var other in hub.Of(user))
            {
                other.Offer(frame);
            }
        }
    }

    private static void Answer<T>(SocketSession session, int id, Outcome<T> outcome, Func<T, ServerFrame> frame)
        where T : class
    {
        if (outcome.Value is { } value)
        {
            session.Offer(Frames.Serialize(frame(value)));
        }
        else
        {
            session.Refuse(outcome.Error!, id);
        }
    }
}
