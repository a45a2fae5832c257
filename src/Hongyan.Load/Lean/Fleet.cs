using System.Net;

namespace Hongyan.Load.Lean;

/// <summary>All connections of a measurement, on as many loops as leave the server room.</summary>
internal sealed class Fleet : IDisposable
{
    /// <summary>Loops for a machine that the server runs on too.</summary>
    public static int DefaultLoops => Math.Max(1, Environment.ProcessorCount / 4);

    private readonly LeanLoop[] _loops;

    public Fleet(int loops) => _loops = [.. Enumerable.Range(0, loops).Select(_ => new LeanLoop())];

    public IReadOnlyList<LeanLoop> Loops => _loops;

    public IEnumerable<LeanConnection> Connections => _loops.SelectMany(loop => loop.Connections);

    /// <summary>Connects a session for each token; they are dealt out to the loops in turn.</summary>
    public static async Task<Fleet> ConnectAsync(
        Uri server,
        IReadOnlyList<string> tokens,
        CancellationToken cancellationToken,
        int? loops = null
    )
    {
        OpenFiles.Need(tokens.Count);
        var fleet = new Fleet(loops ?? DefaultLoops);
        try
        {
            var address = new IPEndPoint(IPAddress.Parse(server.Host), server.Port);
            var count = fleet._loops.Length;
            await fleet.RunAsync(
                loop => new Connecting(address, [.. tokens.Where((_, index) => index % count == loop)]),
                cancellationToken
            );
            return fleet;
        }
        catch
        {
            fleet.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a server that speaks in frames at once.</summary>
    public static Fleet ConnectBare(IPEndPoint server, int connections)
    {
        var fleet = new Fleet(1);
        for (var i = 0; i < connections; i++)
        {
            fleet._loops[0].ConnectBare(server);
        }

        return fleet;
    }

    /// <summary>The connection of the session at an index of the tokens.</summary>
    public LeanConnection this[int index] => _loops[index % _loops.Length].Connections[index / _loops.Length];

    /// <summary>The number of the loop that the session at an index belongs to.</summary>
    public int LoopOf(int index) => index % _loops.Length;

    /// <summary>How many connections the other side has closed.</summary>
    public async Task<int> CountClosedAsync(CancellationToken cancellationToken)
    {
        await RunAsync(_ => new Watching(), cancellationToken);
        return Connections.Count(connection => connection.State == ConnectionState.Closed);
    }

    /// <summary>Runs a work on each loop, each on a thread of its own, until all are done.</summary>
    public async Task RunAsync(Func<int, LoopWork> work, CancellationToken cancellationToken)
    {
        var running = _loops.Select(
            (loop, index) =>
                Task.Factory.StartNew(
                    () => loop.Run(work(index), cancellationToken),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
        );
        await Task.WhenAll(running.ToList());
    }

    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
    }
}
