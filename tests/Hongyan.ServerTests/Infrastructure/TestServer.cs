using Hongyan.Server;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>The real server in this process, on a free loopback port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly string[] Limits =
    [
        "RegistrationPerAddress",
        "SignInPerAddress",
        "SignInPerHandle",
        "PasswordChangePerUser",
        "AvatarPerUser",
        "PersonSearchPerUser",
        "ContactRequestPerUser",
        "ChangePerUser",
        "RequestPerUser",
        "RequestPerSession",
        "SendPerUser",
        "SendPerSession",
    ];

    private readonly WebApplication _app;

    private TestServer(WebApplication app, Uri address, string dataDirectory) =>
        (_app, Address, DataDirectory) = (app, address, dataDirectory);

    public string DataDirectory { get; }

    public Uri Address { get; }

    /// <summary>The file with the certificate of who signed this server's; null when it does not encrypt.</summary>
    public string? Authority =>
        Address.Scheme == Uri.UriSchemeHttps ? Path.Combine(DataDirectory, "tls", "hongyan-ca.crt") : null;

    public IServiceProvider Services => _app.Services;

    public static Task<TestServer> StartAsync(
        string dataDirectory,
        IReadOnlyDictionary<string, string> store,
        params (string Key, string Value)[] settings
    ) => StartAsync(dataDirectory, store, customize: null, settings);

    public static async Task<TestServer> StartAsync(
        string dataDirectory,
        IReadOnlyDictionary<string, string> store,
        Action<IServiceCollection>? customize,
        params (string Key, string Value)[] settings
    )
    {
        var all = new Dictionary<string, string?>
        {
            ["Hongyan:Port"] = "0",
            ["Hongyan:DataDirectory"] = dataDirectory,
            ["Hongyan:Passwords:MemoryKiB"] = "8",
            ["Hongyan:Passwords:Iterations"] = "1",
            ["Logging:Console:LogLevel:Default"] = "None",
        };
        foreach (var limit in Limits)
        {
            all[$"Hongyan:Limits:{limit}:Burst"] = "1000000";
            all[$"Hongyan:Limits:{limit}:PerMinute"] = "1000000";
        }

        foreach (var (key, value) in store)
        {
            all[key] = value;
        }

        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var app = HongyanServer.Build(all, customize);
        await HongyanServer.StartAsync(app, TestContext.Current.CancellationToken);
        var ready = Listening.ReadyLine(app.Services.GetRequiredService<IServer>());
        return new TestServer(app, new Uri(ready["ready: ".Length..]), dataDirectory);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
