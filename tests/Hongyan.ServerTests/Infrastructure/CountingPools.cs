using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>The memory that a server's connections rent, counted.</summary>
internal sealed class CountingPools : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentDictionary<Owner, byte> _rented = new();
    private volatile TaskCompletionSource _changed = NewSource();
    private int _rents;

    /// <summary>How often anything was rented.</summary>
    public int Rents => Volatile.Read(ref _rents);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this);

    /// <summary>Waits until nothing is rented.</summary>
    public async Task AllReturnedAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            var changed = _changed.Task;
            if (_rented.IsEmpty)
            {
                return;
            }

            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                var places = _rented
                    .Keys.GroupBy(owner => owner.RentedAt)
                    .Select(place => $"{place.Count()}:\n{place.Key}");
                throw new TimeoutException(
                    $"Of {Rents} blocks, {_rented.Count} are still rented:\n{string.Join('\n', places)}"
                );
            }
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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

        public void Dispose()
        {
            all._rented.TryRemove(this, out _);
            Interlocked.Exchange(ref all._changed, NewSource()).TrySetResult();
        }
    }
}
