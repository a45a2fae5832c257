using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

public sealed class SignOutTests(World world)
{
    [Fact]
    public async Task WithoutANetwork_OneLeavesAtOnce_AndTheServerHearsOfItLater()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.GoAsync("/me");
        await Expect(device.Button("Sign out")).ToBeVisibleAsync();
        Assert.Equal(2, (await ann.DevicesAsync()).Count);
        await device.DisconnectAsync();

        await device.Button("Sign out").ClickAsync();
        await device.Dialog.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(device.Page.GetByLabel("Handle")).ToBeVisibleAsync();
        Assert.Equal(2, (await ann.DevicesAsync()).Count);

        await device.Page.RunAndWaitForResponseAsync(
            device.ReconnectAsync,
            response => response.Request.Method == "DELETE" && response.Ok
        );
        Assert.Equal(["test"], await ann.DevicesAsync());
        await device.SignInAsync(ann.Handle);
        await device.Page.ReloadAsync();
        await Expect(device.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "Chats" }))
            .ToBeVisibleAsync();
    }
}
