using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Hongyan.Server.Storage;

/// <summary>The database as one SQLite file.</summary>
internal sealed class SqliteHongyanDb(DbContextOptions<SqliteHongyanDb> options, WriteGate gate)
    : HongyanDb(options, gate)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<LogPositionRow>(entity =>
        {
            entity.ToTable("log_position").HasKey(row => row.Id);
            entity.Property(row => row.Id).ValueGeneratedNever();
        });
        base.OnModelCreating(builder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration) =>
        configuration.Properties<Guid>().HaveConversion<OrderedGuidConverter>();

    /// <summary>Guids as 16 bytes in big-endian order: UUIDv7 then sorts by time.</summary>
    private sealed class OrderedGuidConverter()
        : ValueConverter<Guid, byte[]>(id => ToOrderedBytes(id), bytes => new Guid(bytes, true));
}
