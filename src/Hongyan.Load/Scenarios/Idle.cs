using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;
using Hongyan.Load.Worlds;

namespace Hongyan.Load.Scenarios;

/// <summary>
/// What a signed-in connection costs that does nothing: how much the server's memory grows from 2,000 connections to
/// 12,000, so that what it needs in any case does not count. The limit is a bare Kestrel connection.
/// </summary>
internal static class Idle
{
    private const double BytesPerKb = 1024;

    public static async IAsyncEnumerable<Result> RunAsync(ScenarioContext context)
    {
        var (sizing, token) = (context.Sizing, context.CancellationToken);
        var total = sizing.IdleBase + sizing.IdleConnections;
        await using var rig = await context.PrepareAsync(
            new WorldSpec
            {
                People = total / sizing.FanOutDevices,
                Devices = sizing.FanOutDevices,
                Groups = 1,
                GroupSize = Math.Min(sizing.GroupSize, total / sizing.FanOutDevices),
                HistoryRows = context.HistoryRows,
            }
        );
        string[] tokens = [.. rig.World.Devices.Select(device => device.Token)];
        var before = rig.Read();
        Measured measured;
        await using (var server = await rig.StartServerAsync(token))
        {
            measured = await MeasureAsync(
                server,
                sizing,
                part => Fleet.ConnectAsync(server.Address, tokens[part], token),
                token
            );
        }

        Measured bare;
        await using (var server = await rig.StartBareKestrelAsync(token))
        {
            bare = await MeasureAsync(
                server,
                sizing,
                part => Task.FromResult(Fleet.ConnectBare(server.EndPoint, tokens[part].Length)),
                token
            );
        }

        yield return new Result
        {
            Scenario = "idle",
            Store = context.Store,
            Value = measured.KbPerConnection,
            Unit = "KB/connection",
            Limit = bare.KbPerConnection,
            LimitName = "bare_kestrel_connection",
            Lost = measured.Closed,
            OthersCpu = rig.Read().Since(before).OthersShare,
            HistoryRows = rig.World.HistoryRows,
            Extra = [("connections", total), ("resident_mb", measured.ResidentBytes / BytesPerKb / BytesPerKb)],
            Target = Targets.Of("idle", context.Store),
        };
    }

    private static async Task<Measured> MeasureAsync(
        ServerProcess server,
        Sizing sizing,
        Func<Range, Task<Fleet>> connect,
        CancellationToken cancellationToken
    )
    {
        using var first = await connect(..sizing.IdleBase);
        var before = await SettledBytesAsync(server, sizing, cancellationToken);
        using var second = await connect(sizing.IdleBase..);
        var after = await SettledBytesAsync(server, sizing, cancellationToken);
        var closed = await first.CountClosedAsync(cancellationToken) + await second.CountClosedAsync(cancellationToken);
        return new Measured((after - before) / BytesPerKb / sizing.IdleConnections, after, closed);
    }

    /// <summary>The server's memory once it has stopped changing.</summary>
    private static async Task<long> SettledBytesAsync(
        ServerProcess server,
        Sizing sizing,
        CancellationToken cancellationToken
    )
    {
        const int Looks = 8;
        const int NoChange = 64 * 1024;
        var last = server.ResidentBytes;
        for (var look = 0; look < Looks; look++)
        {
            await Task.Delay(sizing.Settling, cancellationToken);
            var now = server.ResidentBytes;
            if (Math.Abs(now - last) < NoChange)
            {
                return now;
            }

            last = now;
        }

        return last;
    }

    private readonly record struct Measured(double KbPerConnection, long ResidentBytes, int Closed);
}
