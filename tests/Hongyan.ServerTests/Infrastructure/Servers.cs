using System.Collections.Concurrent;
using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;

[assembly: AssemblyFixture(typeof(Servers))]

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>A server on each store, shared by tests whose people do not know one another; and servers of one's own.</summary>
public sealed class Servers : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<Store, TestServer> _shared = [];
    private readonly List<string> _folders = [];
    private readonly SocketsHttpHandler _handler = new();
    private readonly ConcurrentBag<SocketsHttpHandler> _trusting = [];
    private PostgresServer? _postgres;

    /// <summary>People on the shared server of a store.</summary>
    internal async Task<Person[]> PeopleAsync(Store store, int count) =>
        await PeopleAsync(await SharedAsync(store), count);

    /// <summary>People on a server.</summary>
    internal async Task<Person[]> PeopleAsync(TestServer server, int count) =>
        await Person.RegisterAsync(server.Address, HandlerOf(server), count, TestContext.Current.CancellationToken);

    internal async Task<TestServer> SharedAsync(Store store)
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!_shared.TryGetValue(store, out var server))
            {
                var settings = await NewStoreAsync(store);
                _shared[store] = server = await TestServer.StartAsync(NewFolder(), settings);
            }

            return server;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The settings of an empty store.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> NewStoreAsync(Store store)
    {
        if (store != Store.Postgres)
        {
            return new Dictionary<string, string>
            {
                ["Hongyan:Delivery:Socket"] = store is Store.SqliteAspNet or Store.SqliteAspNetTls ? "aspnet" : "own",
                ["Hongyan:Tls:Enabled"] = store is Store.SqliteTls or Store.SqliteAspNetTls ? "true" : "false",
            };
        }

        _postgres ??= await PostgresServer.StartAsync();
        return PostgresServer.Settings(await _postgres.CreateDatabaseAsync());
    }

    internal string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("hongyan-test-").FullName;
        _folders.Add(folder);
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _shared.Values)
        {
            await server.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        foreach (var folder in _folders)
        {
            Directory.Delete(folder, recursive: true);
        }

        _handler.Dispose();
        foreach (var handler in _trusting)
        {
            handler.Dispose();
        }

        _gate.Dispose();
    }

    private SocketsHttpHandler HandlerOf(TestServer server)
    {
        if (server.Authority is not { } authority)
        {
            return _handler;
        }

        var handler = new SocketsHttpHandler { SslOptions = TransportTests.TrustOf(authority) };
        _trusting.Add(handler);
        return handler;
    }
}
