namespace Hongyan.Server.Storage;

/// <summary>Where the data is, from <c>Hongyan:Database</c>.</summary>
internal sealed class DatabaseOptions
{
    public const string Section = "Hongyan:Database";

    /// <summary><c>sqlite</c> (the default: a file in the data directory) or <c>postgres</c>.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>The connection string; required for PostgreSQL, not used for SQLite.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>What is wrong, in one line, or null.</summary>
    public string? Check() =>
        !IsPostgres && !string.Equals(Provider, "sqlite", StringComparison.OrdinalIgnoreCase)
            ? $"{Section}:Provider is {Provider}; it can be sqlite or postgres."
        : IsPostgres && string.IsNullOrWhiteSpace(ConnectionString)
            ? $"{Section}:ConnectionString is needed for the provider postgres."
        : null;

    public bool IsPostgres => string.Equals(Provider, "postgres", StringComparison.OrdinalIgnoreCase);
}
