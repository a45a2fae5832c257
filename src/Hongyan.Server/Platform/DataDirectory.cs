namespace Hongyan.Server.Platform;

/// <summary>The folder that holds everything, kept by one server at a time.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream file) => (Path, _lock) = (path, file);

    public string Path { get; }

    /// <summary>Makes the folder if need be, and keeps other servers out of it until disposed.</summary>
    /// <exception cref="IOException">Another server uses it, or it cannot be written.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(full);
        if (!OperatingSystem.IsWindows())
        {
            // Messages and keys are nobody else's business on a shared machine.
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new DataDirectory(full, Lock(System.IO.Path.Combine(full, "hongyan.lock")));
    }

    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(file))
        {
            throw new IOException($"Another server uses this data directory: {file} is locked.", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
