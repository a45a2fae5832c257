using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>What a theory runs on both of.</summary>
public enum BothOf
{
    /// <summary>Both stores.</summary>
    Stores,

    /// <summary>Both implementations of the socket, on one store.</summary>
    Sockets,

    /// <summary>Both implementations of the socket, each with and without TLS.</summary>
    Transports,

    /// <summary>Both stores, and one of them with the other implementation of the socket.</summary>
    StoresAndSockets,
}

/// <summary>Runs a theory on each store, or on each implementation of the socket.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialStoresAttribute : DataAttribute
{
    public BothOf Both { get; set; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod,
        DisposalTracker disposalTracker
    )
    {
        Store[] stores = Both switch
        {
            BothOf.Stores => [Store.Sqlite, Store.Postgres],
            BothOf.Sockets => [Store.Sqlite, Store.SqliteAspNet],
            BothOf.Transports => [Store.Sqlite, Store.SqliteTls, Store.SqliteAspNet, Store.SqliteAspNetTls],
            _ => [Store.Sqlite, Store.Postgres, Store.SqliteAspNet],
        };
        return ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([
            .. stores.Select(store => new TheoryDataRow<Store>(store)),
        ]);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
