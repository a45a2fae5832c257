namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// A socket that carries whole text messages. One receive and one send may be under way at the same time.
/// </summary>
internal interface IFrameSocket : IAsyncDisposable
{
    /// <summary>
    /// Waits for the next message, without holding a buffer while there is nothing.
    /// </summary>
    /// <exception cref="SocketClosedException">The other side closed, or broke a rule of the transport.</exception>
    ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends a text message. Its bytes may be changed as soon as the call ends.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Says why it closes, and waits a moment for the other side to say the same.</summary>
    Task CloseAsync(int code, string reason, CancellationToken cancellationToken);

    /// <summary>Ends the connection without a word.</summary>
    void Abort();
}

/// <summary>The socket is closed. <see cref="Code"/> is what this side should still say, if anything.</summary>
internal sealed class SocketClosedException(int? code = null, Exception? inner = null)
    : Exception("The socket is closed.", inner)
{
    public int? Code { get; } = code;
}
