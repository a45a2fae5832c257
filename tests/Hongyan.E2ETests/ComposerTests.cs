using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>Writing: by hand, with an input method, and with emoji.</summary>
public sealed class ComposerTests(World world)
{
    [Fact]
    public async Task InputMethod_KeepsItsEnterAndItsEscape()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("File Transfer");
        await device.Composer.FocusAsync();
        var input = await device.Context.NewCDPSessionAsync(device.Page);

        async Task ComposeAsync(string text) =>
            await input.SendAsync(
                "Input.imeSetComposition",
                new()
                {
                    ["text"] = text,
                    ["selectionStart"] = text.Length,
                    ["selectionEnd"] = text.Length,
                }
            );

        // A key that goes to the input method, which the page is only told of.
        async Task PressAsync(string key, int code) =>
            await input.SendAsync(
                "Input.dispatchKeyEvent",
                new()
                {
                    ["type"] = "rawKeyDown",
                    ["key"] = key,
                    ["code"] = key,
                    ["windowsVirtualKeyCode"] = code,
                }
            );

        await ComposeAsync("ni'hao");
        await PressAsync("Enter", 13);
        await PressAsync("Escape", 27);
        await Expect(device.Composer).ToHaveValueAsync("ni'hao");
        Assert.Empty(await device.TextsAsync());

        await input.SendAsync("Input.insertText", new() { ["text"] = "你好" });
        await Expect(device.Composer).ToHaveValueAsync("你好");
        await device.Page.Keyboard.PressAsync("Enter");
        await device.SeesAsync("你好");
        await Expect(device.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Emoji_AreSearchedByKeyboard_AndThoseUsedLastComeFirst()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("File Transfer");
        await device.Composer.FillAsync("wild ");
        await device.Composer.PressAsync("Shift+Tab");
        await device.Page.Keyboard.PressAsync("Enter");
        var search = device.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search emoji" });
        await Expect(search).ToBeFocusedAsync();
        await search.FillAsync("goose");
        await Expect(device.Page.GetByRole(AriaRole.Gridcell)).ToHaveCountAsync(1);
        await device.Page.Keyboard.PressAsync("ArrowDown");
        await device.Page.Keyboard.PressAsync("Enter");
        await Expect(device.Composer).ToHaveValueAsync("wild 🪿");

        await device.Page.Keyboard.PressAsync("Escape");
        await Expect(device.Composer).ToBeFocusedAsync();
        await device.Page.Keyboard.TypeAsync("!");
        await device.Page.Keyboard.PressAsync("Enter");
        await device.SeesAsync("wild 🪿!");

        await device.Button("Emoji").ClickAsync();
        var recent = device.Page.GetByRole(AriaRole.Region, new() { Name = "Recently used" });
        await recent.GetByRole(AriaRole.Button, new() { Name = "🪿" }).ClickAsync();
        await Expect(device.Composer).ToHaveValueAsync("🪿");
    }

    [Fact]
    public async Task Text_StaysText_AndOnlyWebAddressesAreLinks()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("File Transfer");
        await device.SendAsync("<img src=x onerror=alert(1)> javascript:alert(1) 见 https://example.org/a?b=c。");

        var link = device.Log.GetByRole(AriaRole.Link);
        await Expect(link).ToHaveCountAsync(1);
        await Expect(link).ToHaveAttributeAsync("href", "https://example.org/a?b=c");
        await Expect(link).ToHaveAttributeAsync("rel", "noopener noreferrer");
        await Expect(device.Log.GetByText("<img src=x onerror=alert(1)>")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task LongText_IsCounted_AndNotSentBeyondTheLimit()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann, isPhone: true);
        await device.OpenChatAsync("File Transfer");

        await device.Composer.FillAsync(new string('长', 10_001));
        await Expect(device.Page.GetByText("1 character too long")).ToBeVisibleAsync();
        await Expect(device.Button("Send")).ToBeDisabledAsync();

        await device.Composer.FillAsync(new string('长', 10_000));
        await device.Button("Send").ClickAsync();
        await Expect(device.Tick("Sent")).ToBeVisibleAsync();
    }
}
