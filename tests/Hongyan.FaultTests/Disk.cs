using System.Diagnostics;

namespace Hongyan.FaultTests;

/// <summary>A small disk in memory, to be filled to its last byte. Mounting one takes root.</summary>
internal sealed class Disk : IAsyncDisposable
{
    private readonly string _filler;

    private Disk(string root)
    {
        (Root, _filler) = (root, Path.Combine(root, "filler"));
        Folder = Directory.CreateDirectory(Path.Combine(root, "data")).FullName;
    }

    /// <summary>An empty folder on it.</summary>
    public string Folder { get; }

    private string Root { get; }

    public static async Task<Disk> MountAsync(int megabytes)
    {
        var root = Directory.CreateTempSubdirectory("hongyan-disk-").FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0755", "tmpfs", root);
        return new Disk(root);
    }

    /// <summary>Takes all that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var size = 1024 * 1024;
        while (size > 0)
        {
            try
            {
                file.Write(new byte[size]);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    /// <summary>Gives it back.</summary>
    public void Empty() => File.Delete(_filler);

    /// <summary>Makes everything in a folder unchangeable, for whoever has it open too; needs root, and ext4 under it.</summary>
    public static Task ProtectAsync(string folder) => RunAsync("chattr", "-R", "+i", folder);

    /// <summary>Lets it be changed again.</summary>
    public static Task UnprotectAsync(string folder) => RunAsync("chattr", "-R", "-i", folder);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Root);
        Directory.Delete(Root);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {error}");
        }
    }
}
