using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Says who may append: a file that holds the epoch of the last to take the log. Whoever takes it writes here first and
/// reads the log after; whoever appends makes its frame durable first and looks here after. So a frame that is
/// acknowledged was there before the next owner read the log, whatever the two do at the same time.
/// </summary>
internal sealed class LogOwner : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _epoch;

    private LogOwner(SafeFileHandle file, long epoch) => (_file, _epoch) = (file, epoch);

    /// <summary>Takes the log; everybody before loses it.</summary>
    public static LogOwner Take(string folder, long epoch)
    {
        var path = Path.Combine(folder, "owner");
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, epoch);
        RandomAccess.Write(file, bytes, 0);
        RandomAccess.FlushToDisk(file);
        return new LogOwner(file, epoch);
    }

    /// <exception cref="FencedException">Another process has taken the log.</exception>
    public void Check()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (
            RandomAccess.Read(_file, bytes, 0) != bytes.Length
            || BinaryPrimitives.ReadInt64LittleEndian(bytes) != _epoch
        )
        {
            throw new FencedException("The append log was taken by another process.");
        }
    }

    public void Dispose() => _file.Dispose();
}
