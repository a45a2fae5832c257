using System.Runtime.InteropServices;

namespace Hongyan.Server.Storage;

/// <summary>What the framework does not do with folders.</summary>
internal static partial class Directories
{
    private const int ReadOnly = 0; // O_RDONLY

    /// <summary>Makes the names in a folder durable, as fsync(2) asks of whoever makes a file there.</summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        }

        var result = FSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"{folder} cannot be made durable: error {error}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
