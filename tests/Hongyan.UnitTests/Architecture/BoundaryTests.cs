using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using Hongyan.Cli;
using Hongyan.Client;
using Hongyan.Contracts;
using Hongyan.Load;
using Hongyan.Server;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Hongyan.UnitTests.Architecture;

/// <summary>
/// What may depend on what. The server's ground is Storage and Platform, Delivery and Privacy stand on it, and every
/// other folder is a slice, a new one too: it stands on those four, and nothing but the program itself knows it.
/// </summary>
public sealed class BoundaryTests
{
    private const string Root = "Hongyan.Server";

    private static readonly ArchUnitNET.Domain.Architecture Code = new ArchLoader()
        .LoadAssemblies(typeof(HongyanServer).Assembly)
        .Build();

    /// <summary>Each folder that is no slice, and the others that it may use.</summary>
    private static readonly Dictionary<string, string[]> Ground = new()
    {
        ["Storage"] = [],
        ["Platform"] = [],
        ["Privacy"] = ["Storage", "Platform"],
        ["Delivery"] = ["Storage", "Platform"],
        ["Demo"] = [], // uses the server as everybody does, from outside
    };

    public static TheoryData<string> Folders => [.. AllFolders];

    [Fact]
    public void Folders_AreTheOnesThereAre() =>
        Assert.Subset(
            AllFolders.ToHashSet(),
            new HashSet<string>([.. Ground.Keys, "Accounts", "Contacts", "Conversations", "Messages"])
        );

    [Theory, MemberData(nameof(Folders))]
    public void Folder_DependsOnlyOnWhatItMayUse(string folder)
    {
        var mayUse = Ground.GetValueOrDefault(folder, [.. Ground.Keys]);
        var others = AllFolders.Except([folder, .. mayUse]).ToArray();

        In(folder).Should().NotDependOnAny(In(others)).Check(Code);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Folder_KnowsNothingOfTheProgramThatPutsItTogether(string folder) =>
        In(folder).Should().NotDependOnAny(Types().That().ResideInNamespace(Root)).Check(Code);

    [Fact]
    public void Contracts_DependOnNothingOfOurs() => Assert.Empty(Ours(typeof(HongyanJson).Assembly));

    [Fact]
    public void Server_DependsOnContractsOnly() =>
        Assert.Equal(["Hongyan.Contracts"], Ours(typeof(HongyanServer).Assembly));

    [Fact]
    public void Client_DependsOnContractsOnly() =>
        Assert.Equal(["Hongyan.Contracts"], Ours(typeof(HongyanApi).Assembly));

    [Fact]
    public void TerminalClient_StandsOnTheClient() =>
        Assert.Equal(["Hongyan.Client", "Hongyan.Contracts"], Ours(typeof(Output).Assembly));

    [Fact]
    public void LoadGenerator_StandsOnTheClient_AndKnowsTheServerAsAProcess() =>
        Assert.Equal(["Hongyan.Client", "Hongyan.Contracts"], Ours(typeof(Ledger).Assembly));

    private static IEnumerable<string> AllFolders =>
        Code
            .Types.Select(type => type.Namespace?.FullName ?? "")
            .Where(name => name.StartsWith($"{Root}.", StringComparison.Ordinal))
            .Select(name => name.Split('.')[2])
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static GivenTypesConjunction In(params string[] folders) =>
        Types().That().ResideInNamespaceMatching($@"^{Root}\.({string.Join('|', folders)})(\.|$)");

    private static string[] Ours(Assembly assembly) =>
        [
            .. assembly
                .GetReferencedAssemblies()
                .Select(reference => reference.Name!)
                .Where(name => name.StartsWith("Hongyan.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
}
