using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Storage;

/// <summary>The database as a PostgreSQL database.</summary>
internal sealed class PostgresHongyanDb(DbContextOptions<PostgresHongyanDb> options, WriteGate gate)
    : HongyanDb(options, gate)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // In the order of code points, as SQLite does, and not in that of the database's language.
        builder.Entity<Account>().Property(account => account.SortKey).UseCollation("C");
    }
}
