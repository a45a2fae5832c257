using Hongyan.Server.Storage;
using Microsoft.Win32.SafeHandles;

namespace Hongyan.Server.Delivery.Log;

/// <summary>Something the append log does to its files.</summary>
internal enum DiskCall
{
    Create,
    Write,
    SetLength,
    Flush,
    Delete,

    /// <summary>Makes the names in the folder durable.</summary>
    FlushFolder,
}

/// <summary>
/// Everything the append log does to its files goes through here, so that a test can note it down in its order, to make
/// from it every state that a crash could leave behind, or let it fail. Unwatched, a call costs one comparison more.
/// </summary>
internal static class LogDisk
{
    private static readonly AsyncLocal<Watcher?> Watching = new();
    private static volatile bool s_isWatched;

    /// <summary>Hears of a call before it is made, and makes it, or not.</summary>
    /// <param name="call">What is done.</param>
    /// <param name="path">The file, or the folder.</param>
    /// <param name="offset">Where it is written, or the new length.</param>
    /// <param name="bytes">What is written.</param>
    /// <param name="perform">Does it.</param>
    public delegate void Watcher(DiskCall call, string path, long offset, ReadOnlyMemory<byte> bytes, Action perform);

    /// <summary>Lets a test watch what this flow of control does from now on, and what it starts.</summary>
    public static void Watch(Watcher? watcher)
    {
        Watching.Value = watcher;
        s_isWatched |= watcher is not null;
    }

    public static SafeFileHandle Create(string path)
    {
        SafeFileHandle? file = null;
        if (s_isWatched)
        {
            Perform(DiskCall.Create, path, 0, default, () => file = Open(path));
        }

        return file ?? Open(path);

        static SafeFileHandle Open(string path) =>
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
    }

    public static void Write(SafeFileHandle file, string path, ReadOnlyMemory<byte> bytes, long offset)
    {
        if (s_isWatched)
        {
            WriteWatched(file, path, bytes, offset);
        }
        else
        {
            RandomAccess.Write(file, bytes.Span, offset);
        }
    }

    public static void SetLength(SafeFileHandle file, string path, long length) =>
        Perform(DiskCall.SetLength, path, length, default, () => RandomAccess.SetLength(file, length));

    public static void Flush(SafeFileHandle file, string path)
    {
        if (s_isWatched)
        {
            FlushWatched(file, path);
        }
        else
        {
            RandomAccess.FlushToDisk(file);
        }
    }

    public static void Delete(string path) => Perform(DiskCall.Delete, path, 0, default, () => File.Delete(path));

    public static void FlushFolder(string path) =>
        Perform(DiskCall.FlushFolder, path, 0, default, () => Directories.Flush(path));

    // Apart, so that what they capture is not allocated where nobody watches.
    private static void WriteWatched(SafeFileHandle file, string path, ReadOnlyMemory<byte> bytes, long offset) =>
        Perform(DiskCall.Write, path, offset, bytes, () => RandomAccess.Write(file, bytes.Span, offset));

    private static void FlushWatched(SafeFileHandle file, string path) =>
        Perform(DiskCall.Flush, path, 0, default, () => RandomAccess.FlushToDisk(file));

    private static void Perform(DiskCall call, string path, long offset, ReadOnlyMemory<byte> bytes, Action perform)
    {
        if (s_isWatched && Watching.Value is { } watcher)
        {
            watcher(call, path, offset, bytes, perform);
        }
        else
        {
            perform();
        }
    }
}
