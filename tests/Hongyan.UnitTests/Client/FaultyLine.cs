using Hongyan.Contracts.Socket;

namespace Hongyan.UnitTests.Client;

/// <summary>
/// A line that drops, doubles, delays and reorders what is pushed, until it is told to be good. The server counts a
/// doubled frame twice and a dropped one once, as one that sent them would. One caller at a time.
/// </summary>
internal sealed class FaultyLine(Random random)
{
    private readonly List<ServerFrame> _held = [];
    private ServerSocket? _socket;

    public bool IsGood { get; set; }

    public bool IsOpen => _socket is not null;

    public long Counted { get; private set; }

    public int Drops { get; private set; }

    /// <summary>Whether an acknowledgement was lost on this connection, which the next one may have to make good.</summary>
    public bool HasDroppedAck { get; private set; }

    public void Open(ServerSocket socket)
    {
        _socket = socket;
        _held.Clear();
        Counted = 0;
        HasDroppedAck = false;
    }

    public void Close(ServerSocket socket)
    {
        if (_socket == socket)
        {
            _socket = null;
        }
    }

    public void Break() => _socket?.Abort();

    /// <summary>The session read too slowly: all that was under way is dropped.</summary>
    public void Resync()
    {
        HasDroppedAck |= _held.Exists(frame => frame is Ack);
        _held.Clear();
        Counted = 0;
        _socket!.Send(new Resync());
    }

    /// <summary>Says something that no fault befalls.</summary>
    public void Say(ServerFrame frame) => _socket?.Send(frame);

    /// <summary>Pushes a counted frame.</summary>
    public void Push(ServerFrame frame)
    {
        if (_socket is null)
        {
            return;
        }

        Counted++;
        switch (IsGood ? 99 : random.Next(20))
        {
            case 0 or 1:
                Drops++;
                HasDroppedAck |= frame is Ack;
                break;
            case 2 or 3:
                Counted++;
                _socket.Send(frame);
                _socket.Send(frame);
                break;
            case 4 or 5 or 6:
                _held.Add(frame);
                break;
            default:
                _socket.Send(frame);
                break;
        }

        // What was held comes later, and in another order.
        while (_held.Count > 0 && (IsGood || random.Next(3) == 0))
        {
            var index = random.Next(_held.Count);
            _socket.Send(_held[index]);
            _held.RemoveAt(index);
        }
    }
}
