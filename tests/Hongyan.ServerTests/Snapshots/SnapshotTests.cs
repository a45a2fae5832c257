using System.Reflection;
using System.Text.Json.Serialization;
using Hongyan.Client;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Snapshots;

/// <summary>For every kind of change: what a device knew, and what it was told since, is what it would fetch afresh.</summary>
public sealed class SnapshotTests(Servers servers)
{
    public static TheoryData<Store, string> Cases()
    {
        var cases = new TheoryData<Store, string>();
        // Encryption changes nothing that is said; what it is said on, the tests of the transport do.
        foreach (var store in new[] { Store.Sqlite, Store.Postgres, Store.SqliteAspNet })
        {
            foreach (var each in SnapshotCases.All)
            {
                cases.Add(store, each.Name);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Changes_OnTopOfTheSnapshot_AreWhatIsFetchedAfresh(Store store, string name)
    {
        var each = SnapshotCases.All.Single(candidate => candidate.Name == name);
        await using var company = await Company.GatherAsync(servers, store);

        await each.ActAsync(company);

        foreach (var device in company.Devices)
        {
            await device.AssertInStepAsync();
        }

        var pushed = company.Devices.SelectMany(device => device.Seen).SelectMany(KindsOf).ToHashSet();
        Assert.Superset(each.Kinds.ToHashSet(), pushed);
    }

    [Fact]
    public void EveryKindOfChange_HasACase()
    {
        var kinds = KindsUnder<PersonalChange>().Concat(KindsUnder<MessageBody>()).Append(typeof(MarksMoved));

        var covered = SnapshotCases.All.SelectMany(each => each.Kinds).ToHashSet();

        Assert.Superset(kinds.ToHashSet(), covered);
    }

    private static IEnumerable<Type> KindsUnder<T>() =>
        typeof(T).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => kind.DerivedType);

    private static IEnumerable<Type> KindsOf(ClientChange change) =>
        change switch
        {
            PersonalChanged { Change: var personal } => [change.GetType(), personal.GetType()],
            MessageChanged { Message.Body: var body } => [change.GetType(), body.GetType()],
            _ => [change.GetType()],
        };
}
