using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Hongyan.Contracts;
using Hongyan.Load;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Cli;

/// <summary>What a run of the terminal client left behind.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one object that <c>--json</c> printed.</summary>
    public T Json<T>() =>
        (T)JsonSerializer.Deserialize(Assert.Single(Lines), HongyanJson.Wire.GetTypeInfo(typeof(T))!)!;

    /// <summary>It did what it was to do, and had nothing to complain about.</summary>
    public Run Good()
    {
        Assert.Equal((0, ""), (ExitCode, Error));
        return this;
    }

    /// <summary>It ended with this code, one line about why, and printed nothing.</summary>
    public void Refused(int exitCode, string why)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        Assert.Contains(
            why,
            Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal
        );
    }
}

/// <summary>The terminal client as people run it: a process of its own, with its own configuration folder.</summary>
internal sealed class Terminal(string folder, Uri server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Configuration => Path.Combine(folder, "config");

    /// <summary>Registers under a new handle, into a profile.</summary>
    /// <returns>The handle.</returns>
    public async Task<string> RegisterAsync(string profile, string name)
    {
        var handle = $"{profile}{Guid.NewGuid():N}"[..16];
        (
            await RunAsync(
                [
                    .. AsProfile(profile),
                    "register",
                    handle,
                    "--name",
                    name,
                    "--server",
                    server.ToString(),
                    "--password-stdin",
                ],
                Person.Password
            )
        ).Good();
        return handle;
    }

    public static string[] AsProfile(string profile) => ["--profile", profile];

    /// <summary>Runs it to its end.</summary>
    public async Task<Run> RunAsync(
        string[] arguments,
        string input = "",
        params (string Name, string Value)[] environment
    )
    {
        using var process = Start(arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return new Run(process.ExitCode, await output, await error);
    }

    /// <summary>Runs it as a profile that is signed in.</summary>
    public Task<Run> AsAsync(string profile, params string[] arguments) =>
        RunAsync([.. AsProfile(profile), .. arguments]);

    /// <summary>Starts it, to be followed line by line.</summary>
    public Following Follow(params string[] arguments) => new(Start(arguments, []), Patience);

    /// <summary>Runs it on a terminal of its own, a hundred columns wide.</summary>
    public async Task<string> OnTerminalAsync(params string[] arguments)
    {
        var command = $"stty cols 100; exec dotnet {Program} {string.Join(' ', arguments)}";
        using var process = Launch("script", ["--quiet", "--return", "--command", command, "/dev/null"], []);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(Token).WaitAsync(Patience, Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "hongyan.dll");

    private Process Start(string[] arguments, (string Name, string Value)[] environment) =>
        Launch("dotnet", [Program, .. arguments], environment);

    private Process Launch(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_CONFIG_HOME"] = Configuration;
        start.Environment["TZ"] = "UTC";
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("HONGYAN_PASSWORD");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>A run that goes on until it is interrupted, or ends by itself.</summary>
internal sealed class Following : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _patience;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _error;
    private readonly Task _reading;

    public Following(Process process, TimeSpan patience)
    {
        (_process, _patience) = (process, patience);
        _error = process.StandardError.ReadToEndAsync(Token);
        _reading = ReadAsync();
    }

    /// <summary>The next line, as its fields.</summary>
    public async Task<string[]> NextAsync() =>
        (await _lines.Reader.ReadAsync(Token).AsTask().WaitAsync(_patience, Token)).Split('\t');

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<Run> EndAsync()
    {
        await _process.WaitForExitAsync(Token).WaitAsync(_patience, Token);
        await _reading;
        var rest = new List<string>();
        while (_lines.Reader.TryRead(out var line))
        {
            rest.Add(line);
        }

        return new Run(_process.ExitCode, string.Join('\n', rest), await _error);
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<Run> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            await _lines.Writer.WriteAsync(line, Token);
        }

        _lines.Writer.Complete();
    }
}
