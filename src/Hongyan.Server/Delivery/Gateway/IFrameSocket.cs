using Hongyan.Contracts;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// A socket that carries whole text messages. One side of the server receives, one at a time sends: the calls that
/// write are made under a lock of the caller's, and not while a flush is under way.
/// </summary>
internal interface IFrameSocket
{
    /// <summary>Cancelled when the connection is gone.</summary>
    CancellationToken Gone { get; }

    /// <summary>
    /// The largest message taken; <see cref="Limits.HelloBytes"/> at first, so that a stranger cannot make this side hold
    /// more. Not changed while a receive is under way.
    /// </summary>
    int MaxMessageBytes { get; set; }

    /// <summary>
    /// Waits for the next message, without holding a buffer while there is nothing. Ends with
    /// <see cref="ReceivedKind.Closed"/> when the other side closed or broke a rule of the transport, and when the
    /// connection was given up; never by an exception of the network's.
    /// </summary>
    ValueTask<ReceivedMessage> ReceiveAsync();

    /// <summary>Adds a text message to what the next flush sends. Its bytes are not changed any more, by anybody.</summary>
    void Write(byte[] message);

    /// <summary>Adds the answer to a <see cref="ReceivedKind.Ping"/>.</summary>
    void WritePong(ReadOnlySpan<byte> payload);

    /// <summary>
    /// Sends what was written, in as few writes as there can be. Is over at once, unless the other side does not take
    /// what it was sent before.
    /// </summary>
    ValueTask FlushAsync();

    /// <summary>Says why this side closes; nothing is written after it. The other side's answer is received.</summary>
    ValueTask CloseAsync(int code);

    /// <summary>Ends the connection without a word.</summary>
    void Abort();
}
