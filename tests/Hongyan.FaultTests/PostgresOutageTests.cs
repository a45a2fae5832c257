namespace Hongyan.FaultTests;

/// <summary>Outages of PostgreSQL.</summary>
public sealed class PostgresOutageTests() : OutageTests("postgres")
{
    public static TheoryData<string> Names() => NamesOf("postgres");

    [Theory]
    [MemberData(nameof(Names))]
    public override Task Outage_IsSaid_RefusesSends_LetsRead_AndEndsByItself(string name) => RunAsync(name);
}
