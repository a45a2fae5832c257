using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Hongyan.Fuzz;

/// <summary>
/// Which branches a run took, and roughly how often: the map that AFL's instrumentation writes, read in the same process.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    public Coverage() => Trace.SharedMem = _map; // kept as long as the process: instrumented code writes there

    /// <summary>How many branches were ever taken.</summary>
    public int Branches { get; private set; }

    public void Begin()
    {
        new Span<byte>(_map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the run since <see cref="Begin"/> took a branch that none took before, or so often.</summary>
    public bool IsNew()
    {
        var isNew = false;
        var map = new ReadOnlySpan<byte>(_map, Size);
        for (var i = map.IndexOfAnyExcept((byte)0); i >= 0; )
        {
            // A bit for once, twice, 3 to 4 times, 5 to 8, and so on.
            var bit = (byte)(1 << Math.Min(7, BitOperations.Log2(map[i])));
            if ((_seen[i] & bit) == 0)
            {
                Branches += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bit;
                isNew = true;
            }

            var next = map[(i + 1)..].IndexOfAnyExcept((byte)0);
            i = next < 0 ? -1 : i + 1 + next;
        }

        return isNew;
    }
}
