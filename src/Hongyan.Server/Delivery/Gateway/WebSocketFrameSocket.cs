using System.Buffers;
using System.Net.WebSockets;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// The socket on ASP.NET's WebSocket: for HTTP/2, and for those who choose it. It puts one message into one write, so
/// several messages are sent as an array.
/// </summary>
/// <param name="socket">An open socket.</param>
/// <param name="gone">Cancelled when the connection is gone.</param>
internal sealed class WebSocketFrameSocket(WebSocket socket, CancellationToken gone) : IFrameSocket
{
    private const int FirstBuffer = 4 * 1024;

    private byte[]? _unsent;
    private int _length;
    private int _count;
    private bool _hasEnded;

    public CancellationToken Gone => gone;

    public int MaxMessageBytes { get; set; } = Limits.HelloBytes;

    public async ValueTask<ReceivedMessage> ReceiveAsync()
    {
        byte[]? buffer = null;
        try
        {
            // A receive into nothing waits for data without holding a buffer. A close is told with it.
            var received = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return ReceivedMessage.Closed(_hasEnded ? null : CloseCode.Normal);
            }

            buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            var length = 0;
            var isWhole = received.EndOfMessage; // an empty message comes with it
            while (true)
            {
                if (!isWhole)
                {
                    received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    if (received.MessageType == WebSocketMessageType.Close)
                    {
                        return ReceivedMessage.Closed(_hasEnded ? null : CloseCode.Normal);
                    }
                }

                isWhole = false;
                if (_hasEnded)
                {
                    continue;
                }

                length += received.Count;
                if (received.MessageType == WebSocketMessageType.Binary || length > MaxMessageBytes)
                {
                    return End(length > MaxMessageBytes ? CloseCode.TooLarge : CloseCode.UnsupportedData);
                }

                if (received.EndOfMessage)
                {
                    var rented = buffer;
                    buffer = null;
                    return ReceivedMessage.Text(rented, length);
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length, Math.Min(length * 4, MaxMessageBytes + FirstBuffer));
                }
            }
        }
        catch (Exception exception)
            when (exception
                    is WebSocketException
                        or IOException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // The line broke, this side gave it up, or the other side broke a rule, which the socket answers itself.
            return ReceivedMessage.Closed(null);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    public void Write(byte[] message)
    {
        // "[" before the first, "," between, and room for "]" at the end.
        var needed = _length + message.Length + 2;
        if (_unsent is null || _unsent.Length < needed)
        {
            _unsent = Grow(_unsent, _length, Math.Max(needed, Math.Min(_length * 2, needed * 2)));
        }

        _unsent[_length++] = _count++ == 0 ? (byte)'[' : (byte)',';
        message.CopyTo(_unsent, _length);
        _length += message.Length;
    }

    // Answered by the socket itself; it never shows one.
    public void WritePong(ReadOnlySpan<byte> payload) { }

    public ValueTask FlushAsync()
    {
        if (_unsent is not { } buffer)
        {
            return ValueTask.CompletedTask;
        }

        ReadOnlyMemory<byte> message = buffer.AsMemory(1, _length - 1);
        if (_count > 1)
        {
            buffer[_length] = (byte)']';
            message = buffer.AsMemory(0, _length + 1);
        }

        (_unsent, _length, _count) = (null, 0, 0);
        return SendAsync(buffer, message);
    }

    public async ValueTask CloseAsync(int code)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);
        }
    }

    public void Abort() => socket.Abort();

    private async ValueTask SendAsync(byte[] buffer, ReadOnlyMemory<byte> message)
    {
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ReceivedMessage End(int code)
    {
        _hasEnded = true;
        return ReceivedMessage.Closed(code);
    }

    private static byte[] Grow(byte[]? buffer, int used, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        if (buffer is not null)
        {
            buffer.AsSpan(0, used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return larger;
    }
}
