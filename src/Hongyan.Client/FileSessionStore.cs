using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hongyan.Client;

/// <summary>Keeps the session in a file that only its owner can read. Writing replaces the file in one step.</summary>
/// <param name="path">The file; its folder is made when it is missing.</param>
public sealed class FileSessionStore(string path) : ISessionStore
{
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
    public async ValueTask SaveAsync(StoredSession? session, CancellationToken cancellationToken)
    {
        if (session is null)
        {
            File.Delete(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".new";
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
