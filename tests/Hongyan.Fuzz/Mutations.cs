using System.Text;

namespace Hongyan.Fuzz;

/// <summary>Makes inputs of inputs: a few small changes, or the parts of two.</summary>
internal sealed class Mutations(Random random, string[] words)
{
    public const int MaxLength = 2048;

    private const int MaxChanges = 8;

    private static readonly byte[] Interesting =
    [
        0,
        1,
        0x0F,
        0x7D,
        0x7E,
        0x7F,
        0x80,
        0x81,
        0x88,
        0xC0,
        0xED,
        0xF4,
        0xFE,
        0xFF,
    ];
    private readonly byte[][] _words =
    [
        .. words.Select(word =>
            word.Any(c => c > 0xFF) ? Encoding.UTF8.GetBytes(word) : Encoding.Latin1.GetBytes(word)
        ),
    ];

    public byte[] Next(List<byte[]> inputs)
    {
        var bytes = inputs[random.Next(inputs.Count)].ToList();
        if (random.Next(8) == 0)
        {
            var other = inputs[random.Next(inputs.Count)];
            bytes = [.. bytes.Take(random.Next(bytes.Count + 1)), .. other.Skip(random.Next(other.Length + 1))];
        }

        // Often one alone: what is nearly right gets furthest.
        for (var changes = random.Next(2) == 0 ? 1 : random.Next(MaxChanges) + 1; changes > 0; changes--)
        {
            Change(bytes);
        }

        return [.. bytes.Take(MaxLength)];
    }

    private void Change(List<byte> bytes)
    {
        var at = random.Next(bytes.Count + 1);
        var isInside = at < bytes.Count;
        switch (random.Next(7))
        {
            case 0 when isInside:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when isInside:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2 when isInside:
                bytes[at] += (byte)(random.Next(9) - 4);
                break;
            case 3 when isInside:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 9)));
                break;
            case 4:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 5 when isInside:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 33))));
                break;
            default:
                bytes.InsertRange(at, _words[random.Next(_words.Length)]);
                break;
        }
    }
}
