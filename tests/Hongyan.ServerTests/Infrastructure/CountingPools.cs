using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>The memory that a server's connections rent, counted.</summary>
internal sealed class CountingPools : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentDictionary<Owner, byte> _rented = new();
    private int _rents;

    /// <summary>How often anything was rented.</summary>
    public int Rents => Volatile.Read(ref _rents);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this);

    /// <summary>
    /// Waits until nothing is rented. Kestrel waits for data before it rents memory to receive it, but the kernel may say
    /// that there is data when it has been received already; then one block waits for the next.
    /// </summary>
    /// <param name="nudgeAsync">Sends something on each of the connections, and receives the answer.</param>
    public async Task AllReturnedAsync(Func<Task> nudgeAsync)
    {
        const int Attempts = 200;
        for (var attempt = 0; !_rented.IsEmpty; attempt++)
        {
            if (attempt == Attempts)
            {
                var places = _rented
                    .Keys.GroupBy(owner => owner.RentedAt)
                    .Select(place => $"{place.Count()}:\n{place.Key}");
                throw new TimeoutException(
                    $"Of {Rents} blocks, {_rented.Count} are still rented:\n{string.Join('\n', places)}"
                );
            }

            await nudgeAsync();
        }
    }

    private sealed class Pool(CountingPools all) : MemoryPool<byte>
    {
        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
            Interlocked.Increment(ref all._rents);
            var owner = new Owner(all);
            all._rented.TryAdd(owner, 0);
            return owner;
        }

        protected override void Dispose(bool disposing) { }
    }

    private sealed class Owner(CountingPools all) : IMemoryOwner<byte>
    {
        public string RentedAt { get; } = Environment.StackTrace;

        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(4096, pinned: true);

        public void Dispose() => all._rented.TryRemove(this, out _);
    }
}
