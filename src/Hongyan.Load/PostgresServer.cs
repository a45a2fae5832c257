using System.Diagnostics;
using System.Globalization;
using Hongyan.Load.Measuring;

namespace Hongyan.Load;

/// <summary>
/// A PostgreSQL of one's own: a fresh cluster in a temporary folder, on a private socket, fsync on. It runs as an
/// ordinary user, because PostgreSQL refuses root.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string OrdinaryUser = "nobody";

    private readonly string _folder;
    private readonly string _programs;
    private int _databases;

    private PostgresServer(string folder, string programs) => (_folder, _programs) = (folder, programs);

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("hongyan-pg-").FullName;
        var server = new PostgresServer(folder, FindPrograms());
        await RunAsync("chmod", ["0777", folder], folder);
        await server.RunAsUserAsync(
            "initdb",
            ["--pgdata", server.Data, "--auth", "trust", "--username", "hongyan", "--encoding", "UTF8", "--no-sync"]
        );
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it, after it has ended in whatever way.</summary>
    public Task StartAgainAsync() =>
        RunAsUserAsync(
            "pg_ctl",
            [
                "start",
                "--wait",
                "--pgdata",
                Data,
                "--log",
                Path.Combine(_folder, "log"),
                "--options",
                $"-c listen_addresses= -c unix_socket_directories={_folder} -c fsync=on -c synchronous_commit=on "
                    + "-c max_connections=100 -c shared_buffers=256MB",
            ]
        );

    /// <summary>Stops all its processes where they are, as a machine that hangs does.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP", ProcessorTimes.FamilyOf(MainProcess));

    /// <summary>Lets them go on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT", ProcessorTimes.FamilyOf(MainProcess));

    /// <summary>Kills all its processes, and returns when they are gone.</summary>
    public async Task KillAsync()
    {
        var family = ProcessorTimes.FamilyOf(MainProcess);
        await SignalAsync("-KILL", family);
        foreach (var process in family)
        {
            await WaitForEndAsync(process);
        }
    }

    /// <summary>Runs statements, each in a transaction of its own.</summary>
    public Task RunSqlAsync(params string[] statements) =>
        RunAsUserAsync(
            "psql",
            [
                "--host",
                _folder,
                "--username",
                "hongyan",
                "--dbname",
                "postgres",
                "--set",
                "ON_ERROR_STOP=1",
                .. statements.SelectMany(statement => new[] { "--command", statement }),
            ]
        );

    /// <summary>The processor time it has used, all its processes together.</summary>
    public TimeSpan ProcessorTime => ProcessorTimes.OfFamily(MainProcess);

    private int MainProcess =>
        int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>Makes an empty database.</summary>
    /// <param name="folder">An empty folder for its files, to be this server's own; null for where the others are.</param>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync(string? folder = null)
    {
        var name = $"hongyan_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        if (folder is not null)
        {
            await RunAsync("chown", [Environment.UserName == "root" ? OrdinaryUser : Environment.UserName, folder]);
            await RunSqlAsync($"CREATE TABLESPACE {name} LOCATION '{folder}'");
        }

        string[] place = folder is null ? [] : ["--tablespace", name];
        await RunAsUserAsync("createdb", ["--host", _folder, "--username", "hongyan", .. place, name]);
        return $"Host={_folder};Username=hongyan;Database={name};Maximum Pool Size=20";
    }

    /// <summary>The settings of a server that uses a database.</summary>
    public static Dictionary<string, string> Settings(string connectionString) =>
        new() { ["Hongyan:Database:Provider"] = "postgres", ["Hongyan:Database:ConnectionString"] = connectionString };

    public async ValueTask DisposeAsync()
    {
        await RunAsUserAsync("pg_ctl", ["stop", "--mode", "immediate", "--wait", "--pgdata", Data]);
        Directory.Delete(_folder, recursive: true);
    }

    private static string FindPrograms() =>
        Environment.GetEnvironmentVariable("HONGYAN_PG_BIN") is { Length: > 0 } given
            ? given
            : Directory
                .GetDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .Where(programs => File.Exists(Path.Combine(programs, "initdb")))
                .OrderBy(programs => programs, StringComparer.Ordinal)
                .LastOrDefault()
                ?? throw new InvalidOperationException("PostgreSQL is missing: apt-get install postgresql-15");

    private Task RunAsUserAsync(string program, string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        return Environment.UserName == "root"
            ? RunAsync("runuser", ["-u", OrdinaryUser, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private Task SignalAsync(string signal, IEnumerable<int> processes) =>
        RunAsync("kill", [signal, .. processes.Select(process => process.ToString(CultureInfo.InvariantCulture))]);

    private static async Task WaitForEndAsync(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    private async Task RunAsync(string program, string[] arguments) => await RunAsync(program, arguments, _folder);

    private static async Task RunAsync(string program, string[] arguments, string folder)
    {
        // Output goes to a file: the server that pg_ctl starts keeps what it inherits open for as long as it lives.
        var output = Path.Combine(folder, $"out-{Guid.NewGuid():N}");
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("\"$@\" >\"$HONGYAN_OUTPUT\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["HONGYAN_OUTPUT"] = output;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{Path.GetFileName(program)} {string.Join(' ', arguments)} failed:\n{await File.ReadAllTextAsync(output)}"
            );
        }
    }
}
