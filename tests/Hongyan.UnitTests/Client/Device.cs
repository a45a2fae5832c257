using Hongyan.Client;

namespace Hongyan.UnitTests.Client;

/// <summary>A client and what comes out of it.</summary>
internal sealed class Device(HongyanApi api, HongyanClient client) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ClientChange> _changes = client.Changes.GetAsyncEnumerator();

    public HongyanApi Api => api;

    public HongyanClient Client => client;

    /// <summary>Waits for the next change of a kind; others before it are passed over.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? isWanted = null)
        where T : ClientChange
    {
        while (await _changes.MoveNextAsync())
        {
            if (_changes.Current is T wanted && isWanted?.Invoke(wanted) != false)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"The client ended with {client.EndedWith} before a {typeof(T).Name}.");
    }

    /// <summary>Waits until the client gives up.</summary>
    public async Task EndAsync()
    {
        while (await _changes.MoveNextAsync())
        {
            // Whatever comes until then.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        api.Dispose();
    }
}
