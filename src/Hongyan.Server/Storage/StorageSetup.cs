using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hongyan.Server.Storage;

/// <summary>Registers the database, and brings its schema up to date at start.</summary>
internal static class StorageSetup
{
    private const string SqliteFileName = "hongyan.db";

    public static IServiceCollection AddStorage(
        this IServiceCollection services,
        DatabaseOptions options,
        string dataDirectory
    )
    {
        services.AddSingleton(options);
        services.AddSingleton(new WriteGate(isSingleWriter: !options.IsPostgres));
        services.AddHealthChecks().AddCheck<StoreCheck>("store");
        if (options.IsPostgres)
        {
            services.AddSingleton(_ => NewDataSource(options));
            services.AddDbContextFactory<PostgresHongyanDb>(
                (provider, builder) => builder.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            );
            services.AddSingleton<IDbContextFactory<HongyanDb>, Factory<PostgresHongyanDb>>();
            services.AddScoped<HongyanDb>(provider => provider.GetRequiredService<PostgresHongyanDb>());
        }
        else
        {
            var connectionString = SqliteConnectionString(dataDirectory);
            services.AddSingleton(new SqliteFile(connectionString, Path.Combine(dataDirectory, "log")));
            services.AddDbContextFactory<SqliteHongyanDb>(builder =>
                builder.UseSqlite(connectionString).AddInterceptors(new SqlitePragmas())
            );
            services.AddSingleton<IDbContextFactory<HongyanDb>, Factory<SqliteHongyanDb>>();
            services.AddScoped<HongyanDb>(provider => provider.GetRequiredService<SqliteHongyanDb>());
        }

        return services;
    }

    /// <summary>Applies the migrations that are missing.</summary>
    public static async Task MigrateStorageAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var db = await services
            .GetRequiredService<IDbContextFactory<HongyanDb>>()
            .CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    private static string SqliteConnectionString(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        return new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(dataDirectory, SqliteFileName),
            Pooling = true,
        }.ToString();
    }

    private static NpgsqlDataSource NewDataSource(DatabaseOptions options)
    {
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        if (builder.ConnectionStringBuilder.MaxAutoPrepare == 0)
        {
            // The same few statements all day: the server need not plan them each time.
            builder.ConnectionStringBuilder.MaxAutoPrepare = 64;
        }

        return builder.Build();
    }

    private sealed class Factory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<HongyanDb>
        where TContext : HongyanDb
    {
        public HongyanDb CreateDbContext() => inner.CreateDbContext();
    }
}

/// <summary>How to open the SQLite file, for those who write SQL by hand, and where the append log beside it is.</summary>
internal sealed record SqliteFile(string ConnectionString, string LogFolder);
