namespace Hongyan.FaultTests;

/// <summary>Outages of a disk with SQLite on it.</summary>
public sealed class SqliteOutageTests() : OutageTests("sqlite")
{
    public static TheoryData<string> Names() => NamesOf("sqlite");

    [Theory]
    [MemberData(nameof(Names))]
    public override Task Outage_IsSaid_RefusesSends_LetsRead_AndEndsByItself(string name) => RunAsync(name);
}
