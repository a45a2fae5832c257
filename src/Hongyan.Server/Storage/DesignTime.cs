using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Hongyan.Server.Storage;

/// <summary>Lets <c>dotnet ef migrations add NAME --context SqliteHongyanDb -o Storage/Migrations/Sqlite</c> work without a server.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteHongyanDb>
{
    public SqliteHongyanDb CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<SqliteHongyanDb>().UseSqlite("Data Source=:memory:").Options,
            new WriteGate(isSingleWriter: true)
        );
}

/// <summary>The same for <c>--context PostgresHongyanDb -o Storage/Migrations/Postgres</c>.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresHongyanDb>
{
    public PostgresHongyanDb CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<PostgresHongyanDb>().UseNpgsql("Host=localhost").Options,
            new WriteGate(isSingleWriter: false)
        );
}
