using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hongyan.Client;

/// <summary>
/// Keeps the session in a file that only its owner can read. Writing replaces the file in one step. Several processes can
/// share it: a second file beside it, locked while one of them changes the session, keeps them apart.
/// </summary>
/// <param name="path">The file; its folder is made when it is missing.</param>
public sealed class FileSessionStore(string path) : ISessionStore
{
    /// <summary>Longer than a refresh may take.</summary>
    private const int LockAttempts = 6_000;

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc />
    public async ValueTask<StoredSession?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, StoreJson.Default.StoredSession, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<IAsyncDisposable?> LockAsync(CancellationToken cancellationToken)
    {
        OwnFile.MakeFolder(path);
        var options = OwnFile.Options(FileMode.OpenOrCreate);
        options.Share = FileShare.None; // which .NET makes a lock, on every system; it ends with the process
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path + ".lock", options);
            }
            catch (IOException) when (attempt < LockAttempts)
            {
                await Task.Delay(LockRetry, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask SaveAsync(StoredSession? session, CancellationToken cancellationToken)
    {
        if (session is null)
        {
            File.Delete(path);
            return;
        }

        OwnFile.MakeFolder(path);
        var temporary = $"{path}.{Environment.ProcessId}.new";
        await using (var file = new FileStream(temporary, OwnFile.Options(FileMode.Create)))
        {
            await JsonSerializer.SerializeAsync(file, session, StoreJson.Default.StoredSession, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>Files that only their owner can read.</summary>
internal static class OwnFile
{
    /// <summary>Makes the folder a file is to be in; one that is new is its owner's alone.</summary>
    public static void MakeFolder(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredSession))]
[JsonSerializable(typeof(OutboxLine))]
internal sealed partial class StoreJson : JsonSerializerContext;
