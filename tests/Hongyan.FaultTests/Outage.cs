namespace Hongyan.FaultTests;

/// <summary>Something that keeps a running server's store from taking writes, and ends again.</summary>
/// <param name="Name">What test reports call it.</param>
/// <param name="Store">Which store it befalls.</param>
/// <param name="Reason">What the server says of it.</param>
/// <param name="BeginAsync">Makes it happen.</param>
/// <param name="EndAsync">Ends it.</param>
internal sealed record Outage(
    string Name,
    string Store,
    string Reason,
    Func<OutageScene, Task> BeginAsync,
    Func<OutageScene, Task> EndAsync
)
{
    /// <summary>Whether the store can be read meanwhile.</summary>
    public bool CanRead { get; init; } = true;

    /// <summary>Whether it takes a disk of its own.</summary>
    public int DiskMegabytes { get; init; }

    /// <summary>The place in the server that fails; null when nothing in it does.</summary>
    public string? FaultPoint { get; init; }

    public static readonly IReadOnlyList<Outage> All =
    [
        new("full disk", "sqlite", "The disk is full.", Fill, Empty) { DiskMegabytes = 48 },
        new(
            "read-only disk",
            "sqlite",
            "The disk can only be read.",
            scene => Disk.ProtectAsync(scene.World.Folder),
            scene => Disk.UnprotectAsync(scene.World.Folder)
        ),
        Failing("append that fails", "sqlite", "append.before"),
        Failing("fsync that fails", "sqlite", "append.written"),
        Failing("commit to the tables that fails", "sqlite", "write.before"),
        Failing("commit to the tables that seems to fail", "sqlite", "write.committed"),
        Failing("apply that fails", "sqlite", "apply.inserted"),
        new("full disk", "postgres", "The database's disk is full.", Fill, Empty) { DiskMegabytes = 32 },
        new(
            "read-only database",
            "postgres",
            "The database can only be read.",
            scene => ReadOnlyAsync(scene, "on"),
            scene => ReadOnlyAsync(scene, "off")
        ),
        new(
            "database that is killed",
            "postgres",
            "The database does not answer.",
            scene => scene.World.Postgres!.KillAsync(),
            scene => scene.World.Postgres!.StartAgainAsync()
        )
        {
            CanRead = false,
        },
        new(
            "database that hangs",
            "postgres",
            "A commit does not end.",
            scene => scene.World.Postgres!.FreezeAsync(),
            scene => scene.World.Postgres!.ThawAsync()
        )
        {
            CanRead = false,
        },
        Failing("commit that fails", "postgres", "write.before"),
        Failing("commit that seems to fail", "postgres", "write.committed"),
    ];

    private static Outage Failing(string name, string store, string place) =>
        new(
            name,
            store,
            place == "apply.inserted" ? "The tables cannot follow the log." : "The disk fails.",
            scene => File.WriteAllTextAsync(scene.FaultFile, ""),
            scene =>
            {
                File.Delete(scene.FaultFile);
                return Task.CompletedTask;
            }
        )
        {
            FaultPoint = place,
        };

    private static Task Fill(OutageScene scene)
    {
        scene.Disk!.Fill();
        return Task.CompletedTask;
    }

    private static Task Empty(OutageScene scene)
    {
        scene.Disk!.Empty();
        return Task.CompletedTask;
    }

    private static Task ReadOnlyAsync(OutageScene scene, string value) =>
        scene.World.Postgres!.RunSqlAsync(
            $"ALTER SYSTEM SET default_transaction_read_only = {value}",
            "SELECT pg_reload_conf()"
        );
}

/// <summary>Where an outage takes place.</summary>
internal sealed record OutageScene(World World, Disk? Disk, string FaultFile);
