using System.Buffers;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>What came out of a socket.</summary>
internal enum ReceivedKind
{
    /// <summary>Nothing, yet.</summary>
    None,

    /// <summary>A whole text message, of well-formed UTF-8.</summary>
    Text,

    /// <summary>A ping of the transport; its payload comes back with <see cref="IFrameSocket.WritePong"/>.</summary>
    Ping,

    /// <summary>Nothing comes any more.</summary>
    Closed,
}

/// <summary>A message in a rented buffer; disposing gives the buffer back.</summary>
internal readonly struct ReceivedMessage : IDisposable
{
    private readonly byte[]? _buffer;
    private readonly int _value;

    private ReceivedMessage(ReceivedKind kind, byte[]? buffer, int value) =>
        (Kind, _buffer, _value) = (kind, buffer, value);

    public ReceivedKind Kind { get; }

    /// <summary>False for <c>default</c>, which is nothing.</summary>
    public bool IsSome => Kind != ReceivedKind.None;

    /// <summary>What this side should still say when it is <see cref="ReceivedKind.Closed"/>; null when nobody is there to hear it.</summary>
    public int? CloseCode => Kind == ReceivedKind.Closed && _value != 0 ? _value : null;

    public ReadOnlyMemory<byte> Bytes => _buffer is null ? default : _buffer.AsMemory(0, _value);

    public static ReceivedMessage Text(byte[] rented, int length) => new(ReceivedKind.Text, rented, length);

    public static ReceivedMessage Ping(byte[] rented, int length) => new(ReceivedKind.Ping, rented, length);

    public static ReceivedMessage Closed(int? code) => new(ReceivedKind.Closed, null, code ?? 0);

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
