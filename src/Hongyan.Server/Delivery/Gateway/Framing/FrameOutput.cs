using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>
/// What a connection sends. Used by one at a time, and not while a flush is under way.
/// </summary>
internal abstract class FrameOutput
{
    /// <summary>The bytes the longest header takes.</summary>
    protected const int MaxHeaderBytes = 10;

    /// <summary>The way for a connection on which nothing has been sent yet.</summary>
    public static FrameOutput Of(ConnectionContext connection)
    {
        var features = connection.Features;
        return features.Get<IConnectionSocketFeature>() is { } plain && features.Get<ITlsConnectionFeature>() is null
            ? new SocketOutput(plain.Socket, connection.ConnectionClosed)
            : new PipeOutput(connection.Transport.Output);
    }

    /// <summary>Sends bytes that are no frame.</summary>
    public abstract ValueTask SendAsync(byte[] bytes);

    /// <summary>Adds a frame to what the next flush sends.</summary>
    /// <param name="opcode">What it is.</param>
    /// <param name="payload">Stays as it is from now on.</param>
    public abstract void Write(Opcode opcode, byte[] payload);

    /// <summary>Sends what was added; is over at once, unless the other side does not take what it was sent before.</summary>
    public abstract ValueTask FlushAsync();

    /// <summary>A final frame's header, in the shortest form; a server does not mask (RFC 6455, 5.1 and 5.2).</summary>
    /// <returns>The bytes it takes.</returns>
    protected static int WriteHeader(Span<byte> target, Opcode opcode, int length)
    {
        const byte Final = 0x80;
        const int Length16 = 126;
        const int Length64 = 127;
        target[0] = (byte)(Final | (byte)opcode);
        switch (length)
        {
            case < Length16:
                target[1] = (byte)length;
                return 2;
            case <= ushort.MaxValue:
                target[1] = Length16;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
                return 4;
            default:
                target[1] = Length64;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
                return MaxHeaderBytes;
        }
    }
}
