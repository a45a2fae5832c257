using System.Buffers;
using System.Numerics;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>Takes the mask off a payload (RFC 6455, 5.3).</summary>
internal static class Masking
{
    /// <summary>Copies a payload without its mask.</summary>
    /// <param name="source">Masked bytes.</param>
    /// <param name="target">At least as long.</param>
    /// <param name="key">The masking key, its first byte lowest.</param>
    /// <param name="offset">How many bytes of the frame's payload came before.</param>
    public static void Copy(in ReadOnlySequence<byte> source, Span<byte> target, uint key, long offset = 0)
    {
        var rotated = Rotate(key, offset);
        if (source.IsSingleSegment)
        {
            Copy(source.FirstSpan, target, rotated);
            return;
        }

        foreach (var segment in source)
        {
            Copy(segment.Span, target, rotated);
            target = target[segment.Length..];
            rotated = Rotate(rotated, segment.Length);
        }
    }

    private static uint Rotate(uint key, long by) => BitOperations.RotateRight(key, (int)(by & 3) * 8);

    private static void Copy(ReadOnlySpan<byte> source, Span<byte> target, uint key)
    {
        var i = 0;
        if (BitConverter.IsLittleEndian)
        {
            var keys = Vector.AsVectorByte(new Vector<uint>(key));
            for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                (new Vector<byte>(source[i..]) ^ keys).CopyTo(target[i..]);
            }
        }

        for (; i < source.Length; i++)
        {
            target[i] = (byte)(source[i] ^ (byte)(key >> ((i & 3) * 8)));
        }
    }
}
