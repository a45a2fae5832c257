using System.Diagnostics;
using System.Text.Json;
using Hongyan.Load.Measuring;

namespace Hongyan.Load.Worlds;

/// <summary>A store of its own, filled for a scenario, and the servers that are started on it.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly Programs _programs;
    private readonly PostgresServer? _postgres;
    private readonly Dictionary<string, string> _settings;

    private Rig(
        Programs programs,
        string folder,
        PostgresServer? postgres,
        Dictionary<string, string> settings,
        World world
    ) => (_programs, Folder, _postgres, _settings, World) = (programs, folder, postgres, settings, world);

    /// <summary>The data directory.</summary>
    public string Folder { get; }

    public World World { get; }

    public static async Task<Rig> PrepareAsync(
        Programs programs,
        PostgresServer? postgres,
        WorldSpec spec,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("hongyan-bench-").FullName;
        try
        {
            var settings = postgres is null ? [] : PostgresServer.Settings(await postgres.CreateDatabaseAsync());
            var json = await RunHostAsync(
                programs,
                "prepare",
                folder,
                settings,
                [JsonSerializer.Serialize(spec, WorldJson.Default.WorldSpec)],
                cancellationToken
            );
            var world = JsonSerializer.Deserialize(json, WorldJson.Default.World)!;
            return new Rig(programs, folder, postgres, settings, world);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Starts the server, and waits until it serves.</summary>
    public Task<ServerProcess> StartServerAsync(CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(_programs.RunServer, Folder, _settings, 0, cancellationToken);

    /// <summary>Starts a server that acknowledges messages without storing them, and waits until it serves.</summary>
    public Task<ServerProcess> StartServerWithoutStoreAsync(CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(_programs.RunHost("serve-without-store"), Folder, _settings, 0, cancellationToken);

    /// <summary>Starts a server that only holds connections.</summary>
    public Task<ServerProcess> StartBareKestrelAsync(CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(_programs.RunHost("bare-kestrel"), Folder, _settings, 0, cancellationToken);

    /// <summary>Runs a command of the host on this store.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunHostAsync(string command, string[] arguments, CancellationToken cancellationToken) =>
        RunHostAsync(_programs, command, Folder, _settings, arguments, cancellationToken);

    /// <summary>Processor time of a server with its database.</summary>
    public TimeSpan ProcessorTime(ServerProcess server) => ProcessorTimes.Of(server.Id) + DatabaseProcessorTime;

    public TimeSpan DatabaseProcessorTime => _postgres?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>
    /// What the counters of processor time stand on, for a time in which servers come and go: all that were started count.
    /// </summary>
    public Reading Read() => Reading.Of(ProcessorTimes.OfChildren + DatabaseProcessorTime);

    /// <summary>What the counters of processor time stand on, those of a server among them.</summary>
    public Reading Read(ServerProcess server) => Reading.Of(ProcessorTime(server));

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<string> RunHostAsync(
        Programs programs,
        string command,
        string folder,
        Dictionary<string, string> settings,
        string[] arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in programs.RunHost(command).Concat(["--data", folder]).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        ServerProcess.Configure(start, settings);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{command} failed:\n{errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
