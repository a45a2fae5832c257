using System.Runtime.CompilerServices;

namespace Hongyan.Load.Lean;

/// <summary>Lower-case hexadecimal numbers of a fixed width.</summary>
internal static class Hex
{
    private const byte None = 0xFF;
    private static readonly byte[] Digits = "0123456789abcdef"u8.ToArray();
    private static readonly byte[] Values = MakeValues();

    /// <summary>Writes the low digits of a number, as many as there is room for.</summary>
    public static void Write(Span<byte> at, ulong value)
    {
        for (var i = at.Length - 1; i >= 0; i--)
        {
            at[i] = Digits[(int)(value & 0xF)];
            value >>= 4;
        }
    }

    /// <summary>Reads a number of up to 16 digits; false when a byte is no digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        var bad = 0;
        foreach (var digit in digits)
        {
            var bits = Values[digit];
            bad |= bits;
            value = (value << 4) | (uint)(bits & 0xF);
        }

        return (bad & 0xF0) == 0;
    }

    private static byte[] MakeValues()
    {
        var values = new byte[256];
        Array.Fill(values, None);
        for (var i = 0; i < Digits.Length; i++)
        {
            values[Digits[i]] = (byte)i;
            values[char.ToUpperInvariant((char)Digits[i])] = (byte)i;
        }

        return values;
    }
}
