using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>Runs a theory on each store.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialStoresAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod,
        DisposalTracker disposalTracker
    ) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([
            .. Enum.GetValues<Store>().Select(store => new TheoryDataRow<Store>(store)),
        ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
