using System.Buffers;
using System.Net.WebSockets;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>The socket on ASP.NET's WebSocket.</summary>
internal sealed class WebSocketFrameSocket(WebSocket socket) : IFrameSocket
{
    private const int FirstBuffer = 4 * 1024;

    public async ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        try
        {
            // A receive into nothing waits for data without holding a buffer.
            await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                switch (received.MessageType)
                {
                    case WebSocketMessageType.Close:
                        throw new SocketClosedException();
                    case WebSocketMessageType.Binary:
                        throw new SocketClosedException(CloseCode.UnsupportedData);
                }

                length += received.Count;
                if (length > Limits.FrameBytes)
                {
                    throw new SocketClosedException(CloseCode.TooLarge);
                }

                if (received.EndOfMessage)
                {
                    var message = new ReceivedMessage(buffer, length);
                    buffer = null;
                    return message;
                }

                if (length == buffer.Length)
                {
                    Grow(ref buffer);
                }
            }
        }
        catch (WebSocketException exception)
        {
            throw new SocketClosedException(inner: exception);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    public async Task CloseAsync(int code, string reason, CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, cancellationToken);
        }
    }

    public void Abort() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, Limits.FrameBytes + FirstBuffer));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
