using System.Buffers;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>A message in a rented buffer; disposing gives the buffer back.</summary>
internal readonly struct ReceivedMessage(byte[] buffer, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
