namespace Hongyan.ServerTests.Infrastructure;

/// <summary>What a server keeps its data in; most tests run on both.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}
