using System.Diagnostics;
using Hongyan.E2ETests;
using Hongyan.Load;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(World))]

namespace Hongyan.E2ETests;

/// <summary>A real server with the built web client, and a real Chromium.</summary>
public sealed class World : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hongyan-e2e-").FullName;
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Uri Address => _server!.Address;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Hongyan.Server.dll"),
            _folder,
            new Dictionary<string, string> { ["Hongyan:WebRoot"] = WebRoot() }
        );
        SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("HONGYAN_CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    /// <summary>A browser of its own: nothing shared with another.</summary>
    public async Task<Device> OpenAsync(bool isPhone = false, string language = "en-US", bool isDark = false)
    {
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = isPhone ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 },
                HasTouch = isPhone,
                Locale = language,
                ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
                Permissions = ["clipboard-read", "clipboard-write"],
            }
        );
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var line = new Line(Address);
        var device = new Device(context, page, line, language);
        await page.GotoAsync(line.Address.ToString());
        return device;
    }

    /// <summary>A browser in which somebody is signed in.</summary>
    internal async Task<Device> OpenAsync(Friend person, bool isPhone = false, string language = "en-US")
    {
        var device = await OpenAsync(isPhone, language);
        await device.SignInAsync(person.Handle);
        return device;
    }

    internal Task<Friend> RegisterAsync(string name) => Friend.RegisterAsync(Address, name);

    /// <summary>The terminal client as another process.</summary>
    public async Task<string> RunTerminalAsync(string handle, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hongyan.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("--profile");
        start.ArgumentList.Add(handle);
        start.Environment["XDG_CONFIG_HOME"] = _folder;
        start.Environment["HONGYAN_PASSWORD"] = Device.Password;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static string WebRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "web", "dist");
            if (File.Exists(Path.Combine(built, "index.html")))
            {
                return built;
            }
        }

        throw new InvalidOperationException("The web client is not built: run ./test, or npm run build in web.");
    }
}
