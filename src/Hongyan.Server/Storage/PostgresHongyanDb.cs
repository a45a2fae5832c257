using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Storage;

/// <summary>The database as a PostgreSQL database.</summary>
internal sealed class PostgresHongyanDb(DbContextOptions<PostgresHongyanDb> options, WriteGate gate)
    : HongyanDb(options, gate);
