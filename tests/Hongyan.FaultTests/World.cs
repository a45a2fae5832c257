using Hongyan.Client;
using Hongyan.Load;

namespace Hongyan.FaultTests;

/// <summary>A server process on a store of its own, that can be started again on the same data.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly PostgresServer? _postgres;
    private readonly Dictionary<string, string> _settings;

    private World(string folder, PostgresServer? postgres, Dictionary<string, string> settings) =>
        (Folder, _postgres, _settings) = (folder, postgres, settings);

    public string Folder { get; }

    public ServerProcess Server { get; private set; } = null!;

    /// <param name="store">Which store.</param>
    /// <param name="firstLife">Settings of the server until it is started again.</param>
    public static async Task<World> StartAsync(string store, IReadOnlyDictionary<string, string>? firstLife = null)
    {
        var folder = Directory.CreateTempSubdirectory("hongyan-fault-").FullName;
        var postgres = store == "postgres" ? await PostgresServer.StartAsync() : null;
        var settings = postgres is null ? [] : PostgresServer.Settings(await postgres.CreateDatabaseAsync());
        var world = new World(folder, postgres, settings);
        world.Server = await world.StartServerAsync(folder, firstLife);
        return world;
    }

    /// <summary>Another server with the same settings.</summary>
    public Task<ServerProcess> StartServerAsync(string folder, IReadOnlyDictionary<string, string>? more = null) =>
        ServerProcess.StartAsync(ServerDll(), folder, _settings.Concat(more ?? None).ToDictionary());

    /// <summary>The server again, after it has ended.</summary>
    public async Task RestartAsync()
    {
        await Server.DisposeAsync();
        Server = await StartServerAsync(Folder);
    }

    /// <summary>The interface for a session that was made at another address.</summary>
    public static HongyanApi Api(Uri address, StoredSession session)
    {
        var store = new MemorySessionStore();
        store.SaveAsync(session, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return new HongyanApi(address, store);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The server built in the same configuration as these tests.</summary>
    private static string ServerDll() => Path.Combine(AppContext.BaseDirectory, "Hongyan.Server.dll");
}
