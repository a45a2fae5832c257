namespace Hongyan.ServerTests.Infrastructure;

/// <summary>What a server keeps its data in; most tests run on both.</summary>
public enum Store
{
    Sqlite,
    Postgres,

    /// <summary>SQLite, and sockets on ASP.NET's WebSocket instead of our own framing.</summary>
    SqliteAspNet,

    /// <summary>SQLite, under TLS.</summary>
    SqliteTls,

    /// <summary>ASP.NET's WebSocket, under TLS.</summary>
    SqliteAspNetTls,
}
