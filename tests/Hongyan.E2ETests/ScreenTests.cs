using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>Every screen and every dialog, looked at by axe; on a phone also with the size of a finger.</summary>
public sealed class ScreenTests(World world)
{
    /// <summary>What can be tapped and is smaller than 44 pixels in a direction (WCAG 2.5.5, as Apple's guidelines). Links in a text are spared there.</summary>
    private const string SmallTargets = """
        () => [...document.querySelectorAll("a, button, input:not(.sr-only), textarea, [role=menuitem]")]
          .filter((element) => element.checkVisibility() && !element.closest("[data-text]"))
          .map((element) => (element.matches("[type=checkbox]") ? element.closest("label") : element))
          .map((element) => ({ box: element.getBoundingClientRect(), element }))
          .filter(({ box }) => box.width > 0 && (box.width < 43.5 || box.height < 43.5))
          .map(({ box, element }) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${element.outerHTML.slice(0, 160)}`)
        """;

    [Theory]
    [InlineData(false, false, "en-US")]
    [InlineData(true, true, "en-US")]
    [InlineData(false, true, "zh-CN")]
    [InlineData(true, false, "zh-CN")]
    public async Task Screens_HaveNoAccessibilityViolations(bool isPhone, bool isDark, string language)
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob with a name that is longer than any list is wide, on purpose");
        using var eve = await world.RegisterAsync("Eve");
        var chat = await ann.BefriendAsync(bob);
        await eve.AskAsync(ann, "Hi, I am Eve.");
        await bob.SendAsync(chat, "See https://example.org/ and 🪿");

        await using var device = await world.OpenAsync(isPhone, language, isDark);
        device.Expected.Add("status of 401");
        await CheckAsync(device, "sign in");
        await device.Button("Create account").ClickAsync();
        await CheckAsync(device, "register");
        await device.Page.ReloadAsync();
        await device.Page.GetByLabel(device.Say("Handle")).FillAsync("nobody");
        await device.Page.GetByLabel(device.Say("Password"), new() { Exact = true }).FillAsync("wrong");
        await device.Button("Sign in").ClickAsync();
        await device.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await CheckAsync(device, "refused");

        await device.SignInAsync(ann.Handle);
        await device.Row(bob.Name).WaitForAsync();
        await CheckAsync(device, "chats");
        await device.Button(device.Say("New")).ClickAsync();
        await CheckAsync(device, "menu");
        await device.Page.GetByRole(AriaRole.Menuitem).First.ClickAsync();
        await device.Dialog.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await device.Dialog.GetByRole(AriaRole.Textbox).FillAsync("Weekend 周末");
        await CheckAsync(device, "new group");
        await device.Dialog.Locator("button[type=submit]").ClickAsync();
        await device.SendAsync("hello");
        await Expect(device.Tick("Sent")).ToBeVisibleAsync();
        await CheckAsync(device, "group");
        await device
            .Page.GetByRole(AriaRole.Main)
            .GetByRole(AriaRole.Banner)
            .Or(device.Page.Locator("main header"))
            .GetByRole(AriaRole.Button)
            .Last.ClickAsync();
        await device.Dialog.GetByRole(AriaRole.Listitem).First.WaitForAsync();
        await CheckAsync(device, "group info");
        await device.Dialog.GetByRole(AriaRole.Button).Last.ClickAsync();
        await CheckAsync(device, "leave?");

        await device.OpenChatAsync(bob.Name);
        await device.SendAsync("hello");
        await Expect(device.Tick("Sent")).ToBeVisibleAsync();
        await device.Page.Locator("textarea ~ button").WaitForAsync();
        await device.Page.Locator("[aria-haspopup=dialog]").ClickAsync();
        await device.Page.GetByRole(AriaRole.Gridcell).First.WaitForAsync();
        await CheckAsync(device, "emoji");
        await device.Page.Keyboard.PressAsync("Escape");
        await device.DisconnectAsync();
        await device.SendAsync("not to be sent");
        await device.Page.GetByText(device.Say("Offline"), new() { Exact = true }).First.WaitForAsync();
        await CheckAsync(device, "offline");
        await bob.RemoveAsync(ann);
        await device.ReconnectAsync();
        await device.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        await CheckAsync(device, "failed");

        await ann.BefriendAsync(bob);
        foreach (
            var (place, dialog) in new[]
            {
                ("contacts", false),
                ("contacts?add", true),
                ("contacts/requests", false),
                ($"contacts/{bob.Me.Id}", false),
                ("discover", false),
                ("me", false),
                ("me/profile", false),
                ("me/devices", false),
                ("me/password", false),
                ("me/settings", false),
                ("chats/1", false),
            }
        )
        {
            await device.GoAsync(place);
            await device.Page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            if (dialog)
            {
                await device.Dialog.GetByRole(AriaRole.Textbox).FillAsync(eve.Handle);
                await device.Dialog.Locator("button[type=submit]").ClickAsync();
                await device.Dialog.GetByText("@").WaitForAsync();
            }

            await CheckAsync(device, place);
        }
    }

    [Fact]
    public async Task Client_CanBeInstalled()
    {
        await using var device = await world.OpenAsync();
        await device.ReadyForOfflineAsync();
        var session = await device.Context.NewCDPSessionAsync(device.Page);
        var manifest = await session.SendAsync("Page.getAppManifest");
        Assert.Empty(manifest!.Value.GetProperty("errors").EnumerateArray());
        var errors = (await session.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty(
            "installabilityErrors"
        );
        // A browser of a test keeps nothing, which is its only fault.
        Assert.Equal(
            ["in-incognito"],
            errors.EnumerateArray().Select(error => error.GetProperty("errorId").GetString())
        );

        using var parsed = JsonDocument.Parse(manifest.Value.GetProperty("data").GetString()!);
        foreach (var icon in parsed.RootElement.GetProperty("icons").EnumerateArray())
        {
            var answer = await device.Page.APIRequest.GetAsync(
                new Uri(new Uri(device.Page.Url), icon.GetProperty("src").GetString()).ToString()
            );
            Assert.Equal(icon.GetProperty("type").GetString(), answer.Headers["content-type"]);
        }
    }

    private static async Task CheckAsync(Device device, string place)
    {
        var result = await device.Page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{place}: {string.Join("; ", result.Violations.Select(found => $"{found.Id} at {string.Join(", ", found.Nodes.Select(node => node.Html))}"))}"
        );
        if (device.Page.ViewportSize!.Width < 900)
        {
            Assert.Empty(
                (await device.Page.EvaluateAsync<string[]>(SmallTargets)).Select(target => $"{place}: {target}")
            );
        }
    }
}
