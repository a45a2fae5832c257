using Hongyan.Server;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests;

/// <summary>Settings that cannot work end the start with exit code 1 and a line that says why, not with a stack trace.</summary>
public sealed class StartTests(Servers servers)
{
    [Theory]
    [InlineData("Hongyan:Database:Provider", "mysql")]
    [InlineData("Hongyan:Database:Provider", "postgres")]
    [InlineData("Hongyan:Delivery:MaxBatch", "0")]
    [InlineData("Hongyan:Delivery:MaxUnapplied", "0")]
    [InlineData("Hongyan:Delivery:PingInterval", "soon")]
    [InlineData("Hongyan:Limits:SignInPerHandle:Burst", "0")]
    [InlineData("Hongyan:Limits:SignInPerHandle:PerMinute", "often")]
    [InlineData("Hongyan:Sessions:Lifetime", "00:00:00")]
    [InlineData("Hongyan:Passwords:Iterations", "0")]
    [InlineData("Hongyan:Proxies:0", "the proxy")]
    public async Task Run_WithASettingThatCannotWork_IsRefused(string key, string value) =>
        Assert.Equal(1, await RunAsync((key, value)));

    [Fact]
    public async Task Run_WithADatabaseThatIsNotThere_IsRefused() =>
        Assert.Equal(
            1,
            await RunAsync(
                ("Hongyan:Database:Provider", "postgres"),
                ("Hongyan:Database:ConnectionString", "Host=127.0.0.1;Port=1;Username=nobody;Database=nothing")
            )
        );

    [Fact]
    public async Task Run_WithCertificateFilesThatAreNone_IsRefused()
    {
        var file = Path.Combine(servers.NewFolder(), "server.pem");
        await File.WriteAllTextAsync(file, "no certificate", TestContext.Current.CancellationToken);

        var exitCode = await RunAsync(
            ("Hongyan:Tls:Enabled", "true"),
            ("Hongyan:Tls:CertificateFile", file),
            ("Hongyan:Tls:KeyFile", file)
        );

        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Run_OnADataDirectoryThatIsInUse_IsRefused()
    {
        var folder = servers.NewFolder();
        await using var first = await TestServer.StartAsync(folder, await servers.NewStoreAsync(Store.Sqlite));

        Assert.Equal(1, await RunAsync(("Hongyan:DataDirectory", folder)));
    }

    private Task<int> RunAsync(params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Hongyan:Port"] = "0",
            ["Hongyan:DataDirectory"] = servers.NewFolder(),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return HongyanServer.RunAsync(all);
    }
}
