using Hongyan.Contracts.Socket;

namespace Hongyan.Client;

/// <summary>Sizes and trust of a <see cref="HongyanConnection"/>.</summary>
public sealed record ConnectionOptions
{
    /// <summary>How many pushed frames may wait to be read; 8,192.</summary>
    public int FrameCapacity { get; init; } = 8_192;

    /// <summary>How many frames may wait to be sent; 1,024. Whoever sends then waits.</summary>
    public int OutgoingCapacity { get; init; } = 1_024;

    /// <summary>The bytes first set aside for a message; it grows as needed. 64 KiB.</summary>
    public int ReceiveBuffer { get; init; } = 64 * 1024;

    /// <summary>Whether pushed frames are put into <see cref="HongyanConnection.Frames"/>; they must then be read.</summary>
    public bool KeepsFrames { get; init; } = true;

    /// <summary>Called with each pushed frame, in order, on the thread that reads the socket.</summary>
    public Action<ServerFrame>? OnFrame { get; init; }

    /// <summary>
    /// Sees each message as it came, before it is read as frames; true says that it was dealt with. For load generators,
    /// which would otherwise measure themselves.
    /// </summary>
    internal RawMessageHandler? OnRaw { get; init; }

    /// <summary>How the handshake is sent, such as by a handler that trusts a local authority; the default when null.</summary>
    public HttpMessageInvoker? Invoker { get; init; }
}

/// <summary>The server closed the socket.</summary>
public sealed class ConnectionClosedException(int closeCode)
    : Exception($"The server closed the socket with {closeCode}.")
{
    /// <summary>Why, one of <see cref="Contracts.Socket.CloseCode"/>.</summary>
    public int CloseCode { get; } = closeCode;
}

/// <summary>Deals with a message's bytes, or leaves them to be read as frames.</summary>
internal delegate bool RawMessageHandler(ReadOnlySpan<byte> message);
