using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

public sealed partial class KeyboardTests(World world)
{
    [Fact]
    public async Task Keyboard_IsEnough()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        await ann.BefriendAsync(bob);
        await using var device = await world.OpenAsync();
        var keys = device.Page.Keyboard;

        // Sign in.
        await keys.PressAsync("Tab");
        await Expect(device.Page.GetByLabel("Handle")).ToBeFocusedAsync();
        await keys.TypeAsync(ann.Handle);
        await keys.PressAsync("Tab");
        await keys.TypeAsync(Device.Password);
        await keys.PressAsync("Enter");
        await device.Row("Bob").WaitForAsync();

        // Find a chat, and write two lines.
        await keys.PressAsync("Control+k");
        var filter = device.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter chats" });
        await Expect(filter).ToBeFocusedAsync();
        await keys.TypeAsync("bo");
        await Expect(device.Row("File Transfer")).ToHaveCountAsync(0);
        await keys.PressAsync("ArrowDown");
        await Expect(device.Row("Bob")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(device.Composer).ToBeFocusedAsync();
        await keys.TypeAsync("one line");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("and another");
        await keys.PressAsync("Enter");
        await Expect(device.Log.Locator("[data-text]")).ToHaveTextAsync("one line\nand another");

        // Back to the list; Esc empties the filter before it does anything else.
        await keys.PressAsync("Escape");
        await Expect(device.Row("Bob")).ToBeFocusedAsync();
        await keys.PressAsync("ArrowUp");
        await Expect(filter).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(filter).ToHaveValueAsync("");

        // Along the list, and from chat to chat.
        await keys.PressAsync("ArrowDown");
        await Expect(device.Row("Bob")).ToBeFocusedAsync();
        await keys.PressAsync("End");
        await Expect(device.Row("File Transfer")).ToBeFocusedAsync();
        await keys.PressAsync("Home");
        await keys.PressAsync("Enter");
        await Expect(device.Composer).ToBeFocusedAsync();
        await keys.PressAsync("Alt+ArrowDown");
        await Expect(device.Page.GetByRole(AriaRole.Heading, new() { Name = "File Transfer" })).ToBeVisibleAsync();
        await Expect(device.Composer).ToBeFocusedAsync();

        // A menu and a dialog give the focus back.
        await device.Button("New").FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(device.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New group" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(device.Dialog.GetByLabel("Group name")).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Space");
        await Expect(device.Dialog.GetByLabel("Bob")).ToBeCheckedAsync();
        await keys.PressAsync("Escape");
        await Expect(device.Dialog).ToHaveCountAsync(0);
        await Expect(device.Button("New")).ToBeFocusedAsync();

        // Contacts are a list like any other.
        await device.Page.GetByRole(AriaRole.Link, new() { Name = "Contacts" }).FocusAsync();
        await keys.PressAsync("Enter");
        await keys.PressAsync("Control+k");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");
        await Expect(device.Page).ToHaveURLAsync(PersonAddress());
        await Expect(device.Page.GetByRole(AriaRole.Button, new() { Name = "Send message" })).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(device.Page).ToHaveURLAsync(ContactsAddress());
    }

    [GeneratedRegex("/contacts/\\d+$")]
    private static partial Regex PersonAddress();

    [GeneratedRegex("/contacts$")]
    private static partial Regex ContactsAddress();
}
