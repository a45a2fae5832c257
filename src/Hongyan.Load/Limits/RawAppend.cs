using System.Diagnostics;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;

namespace Hongyan.Load.Limits;

/// <summary>The simplest durable log: bytes at the end of a file, and fsync.</summary>
internal sealed class RawAppend : IDisposable
{
    /// <summary>What a message with its text, ids and numbers comes to.</summary>
    private const int RowBytes = 200;
    private const int MaxRows = 4096;

    private readonly byte[] _rows = new byte[RowBytes * MaxRows];
    private readonly FileStream _file;

    /// <param name="folder">Where the store is too, so that it is the same disk.</param>
    public RawAppend(string folder)
    {
        Random.Shared.NextBytes(_rows);
        _file = new FileStream(
            Path.Combine(folder, $"raw-append-{Guid.NewGuid():N}"),
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0,
            FileOptions.DeleteOnClose
        );
    }

    /// <summary>Rows a second, so many to each fsync: the median of some windows.</summary>
    public double Rate(int rowsPerSync, Sizing sizing) =>
        Enumerable
            .Range(0, sizing.Windows)
            .Select(_ =>
            {
                var clock = Stopwatch.StartNew();
                var rows = 0L;
                while (clock.Elapsed < sizing.Window)
                {
                    Append(rowsPerSync);
                    rows += rowsPerSync;
                }

                return rows / clock.Elapsed.TotalSeconds;
            })
            .ToList()
            .Median();

    /// <summary>Rows that come at a steady rate; each fsync takes whatever waits. Times are from when a row came.</summary>
    public Latencies Steady(double perSecond, TimeSpan duration)
    {
        var times = new Latencies();
        var timer = Native.NewTimer(TimeSpan.FromSeconds(1 / perSecond), isBlocking: true);
        try
        {
            var startedAt = Stopwatch.GetTimestamp();
            long Due(long row) => startedAt + (long)(row * Stopwatch.Frequency / perSecond);
            for (var row = 0L; Stopwatch.GetElapsedTime(startedAt) < duration; )
            {
                Native.ReadTimer(timer);
                var first = row;
                while (row - first < MaxRows && Due(row) <= Stopwatch.GetTimestamp())
                {
                    row++;
                }

                if (row == first)
                {
                    continue;
                }

                Append((int)(row - first));
                var now = Stopwatch.GetTimestamp();
                for (var done = first; done < row; done++)
                {
                    times.Add(now - Due(done));
                }
            }
        }
        finally
        {
            Native.Close(timer);
        }

        return times;
    }

    public void Dispose() => _file.Dispose();

    private void Append(int rows)
    {
        _file.Write(_rows, 0, rows * RowBytes);
        _file.Flush(flushToDisk: true);
    }
}
