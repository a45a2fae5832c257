namespace Hongyan.Server.Delivery;

/// <summary>
/// Lets those who would make the same thing go one after the other, so that the second finds what the first made. Two
/// that met in the store would fail a commit, which then has to be taken apart to let everybody else's writes through.
/// </summary>
internal sealed class MakingGate : IDisposable
{
    /// <summary>Two things that share a stripe only wait for one another in vain.</summary>
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for one's turn; disposing the pass ends it. Never enter twice.</summary>
    /// <param name="key">What is to be made: the same key, the same thing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Pass> EnterAsync<TKey>(TKey key, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var stripe = _stripes[(uint)key.GetHashCode() % Stripes];
        await stripe.WaitAsync(cancellationToken);
        return new Pass(stripe);
    }

    public void Dispose()
    {
        foreach (var stripe in _stripes)
        {
            stripe.Dispose();
        }
    }

    /// <summary>The right to make it.</summary>
    internal readonly struct Pass(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
