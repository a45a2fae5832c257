using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Hongyan.Server.Delivery.Gateway.Framing;

namespace Hongyan.UnitTests.Delivery.Framing;

public sealed class MaskingTests
{
    [Fact]
    public void Copy_AtAnyOffset_IsWhatTheRfcSays() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[4], Gen.Int[0, 9])
            .Sample(
                (masked, key, offset) =>
                {
                    var target = new byte[masked.Length];
                    var expected = masked.Select((value, i) => (byte)(value ^ key[(i + offset) % 4]));

                    Masking.Copy(
                        new ReadOnlySequence<byte>(masked),
                        target,
                        BinaryPrimitives.ReadUInt32LittleEndian(key),
                        offset
                    );

                    Assert.Equal(expected, target);
                },
                iter: 2_000,
                threads: 1
            );
}
