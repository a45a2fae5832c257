using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Hongyan.Load.Limits;

/// <summary>A <see cref="BareServer"/> in a process of its own.</summary>
internal sealed class BareProcess : IAsyncDisposable
{
    public const string Command = "bare-server";

    private readonly Process _process;

    private BareProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    public TimeSpan ProcessorTime => Measuring.ProcessorTimes.Of(_process.Id);

    public static async Task<BareProcess> StartAsync(BareOptions options, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(BareProcess).Assembly.Location);
        start.ArgumentList.Add(Command);
        foreach (
            var number in new[] { options.Connections, options.Threads, options.FramesPerWrite, options.RequestBytes }
        )
        {
            start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        if (line?.Split(' ') is not ["port", var port])
        {
            process.Kill();
            throw new IOException($"The bare server said {line ?? "nothing"}.");
        }

        return new BareProcess(
            process,
            new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture))
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
