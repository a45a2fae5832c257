using Hongyan.Client;
using Hongyan.Load;

namespace Hongyan.FaultTests;

/// <summary>A server process on a store of its own, that can be started again on the same data.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly Dictionary<string, string> _settings;

    private World(string folder, PostgresServer? postgres, Dictionary<string, string> settings) =>
        (Folder, Postgres, _settings) = (folder, postgres, settings);

    public string Folder { get; }

    /// <summary>The database server; null on SQLite.</summary>
    public PostgresServer? Postgres { get; }

    public ServerProcess Server { get; private set; } = null!;

    /// <param name="store">Which store.</param>
    /// <param name="firstLife">Settings of the server until it is started again.</param>
    /// <param name="disk">Where the store keeps its data; null for a folder like any other.</param>
    public static async Task<World> StartAsync(
        string store,
        IReadOnlyDictionary<string, string>? firstLife = null,
        string? disk = null
    )
    {
        var postgres = store == "postgres" ? await PostgresServer.StartAsync() : null;
        var settings = postgres is null ? [] : PostgresServer.Settings(await postgres.CreateDatabaseAsync(disk));
        var folder =
            disk is null || postgres is not null ? Directory.CreateTempSubdirectory("hongyan-fault-").FullName : disk;
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
        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }

        foreach (var entry in new DirectoryInfo(Folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>The server built in the same configuration as these tests.</summary>
    private static string ServerDll() => Path.Combine(AppContext.BaseDirectory, "Hongyan.Server.dll");
}
