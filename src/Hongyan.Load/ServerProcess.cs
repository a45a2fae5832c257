using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Hongyan.Load;

/// <summary>A server of one's own, on a free loopback port, with limits out of the way and cheap password hashes.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private readonly List<string> _log;

    private ServerProcess(Process process, Uri address, List<string> log) =>
        (_process, Address, _log) = (process, address, log);

    /// <summary>What it has written so far, line by line; no more than its beginning.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public Uri Address { get; }

    /// <summary>The memory it holds, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public IPEndPoint EndPoint => new(IPAddress.Parse(Address.Host), Address.Port);

    public int Id => _process.Id;

    /// <summary>From the start of its process until it said that it serves.</summary>
    public TimeSpan StartTime { get; private init; }

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="dll">The built Hongyan.Server.dll.</param>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="settings">Configuration keys, such as those of a store.</param>
    /// <param name="port">The port; 0 takes any free one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<ServerProcess> StartAsync(
        string dll,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings,
        int port = 0,
        CancellationToken cancellationToken = default
    ) => StartAsync([dll], dataDirectory, settings, port, cancellationToken);

    /// <summary>Starts a program that is a server, and waits until it serves.</summary>
    /// <param name="program">What <c>dotnet</c> is to run.</param>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="settings">Configuration keys, such as those of a store.</param>
    /// <param name="port">The port; 0 takes any free one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ServerProcess> StartAsync(
        IReadOnlyList<string> program,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings,
        int port,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in program)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("--port");
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add("--data");
        start.ArgumentList.Add(dataDirectory);
        Configure(start, settings);

        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        var ready = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new List<string>();
        void Read(string? line)
        {
            lock (log)
            {
                if (line is null)
                {
                    ready.TrySetException(new IOException($"The server did not start:\n{string.Join('\n', log)}"));
                }
                else if (line.StartsWith("ready: ", StringComparison.Ordinal))
                {
                    ready.TrySetResult(new Uri(line["ready: ".Length..]));
                }
                else if (log.Count < 1_000)
                {
                    log.Add(line);
                }
            }
        }

        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                Read(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var address = await ready.Task.WaitAsync(StartTimeout, cancellationToken);
            return new ServerProcess(process, address, log) { StartTime = clock.Elapsed };
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Sets limits out of the way, makes password hashes cheap, and adds further settings.</summary>
    public static void Configure(ProcessStartInfo start, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var (key, value) in Unlimited.Concat(settings))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    /// <summary>Kills it as a power cut would: no word, no flush.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static readonly Dictionary<string, string> Unlimited = Limits().ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Limits()
    {
        yield return new("Hongyan:Passwords:MemoryKiB", "8");
        yield return new("Hongyan:Passwords:Iterations", "1");
        foreach (
            var limit in new[]
            {
                "RegistrationPerAddress",
                "SignInPerAddress",
                "SignInPerHandle",
                "PersonSearchPerUser",
                "ContactRequestPerUser",
                "ChangePerUser",
                "RequestPerUser",
                "RequestPerSession",
                "SendPerUser",
                "SendPerSession",
            }
        )
        {
            yield return new($"Hongyan:Limits:{limit}:Burst", "1000000");
            yield return new($"Hongyan:Limits:{limit}:PerMinute", "1000000");
        }
    }
}
