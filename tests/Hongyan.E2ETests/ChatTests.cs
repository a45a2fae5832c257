using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

public sealed class ChatTests(World world)
{
    private static string NewHandle() => $"g{Guid.NewGuid():N}"[..16];

    [Fact]
    public async Task TwoPeople_RegisterBefriendAndChat_AndTheTerminalSeesTheSame()
    {
        var (ann, bob) = (NewHandle(), NewHandle());
        await using var desktop = await world.OpenAsync();
        await using var phone = await world.OpenAsync(isPhone: true, isDark: true);
        await desktop.RegisterAsync(ann, "Ann");
        await phone.RegisterAsync(bob, "鲍勃");
        await desktop.AskAsync(bob);
        await phone.AcceptAsync();

        await desktop.OpenChatAsync("鲍勃");
        await desktop.SendAsync("Hello 鲍勃 🪿");
        await phone.OpenChatAsync("Ann");
        await phone.SeesAsync("Hello 鲍勃 🪿");
        await phone.SendAsync("收到！");
        await desktop.SeesAsync("收到！");
        await Expect(desktop.Page.GetByRole(AriaRole.Img, new() { Name = "Read", Exact = true })).ToBeVisibleAsync();

        await world.RunTerminalAsync(bob, "login", bob, "--server", world.Address.ToString());
        var history = await world.RunTerminalAsync(bob, "history", ann);
        Assert.Contains("Hello 鲍勃 🪿", history, StringComparison.Ordinal);
        await world.RunTerminalAsync(bob, "send", ann, "from the terminal");
        await desktop.SeesAsync("from the terminal");
        await phone.SeesAsync("from the terminal");
    }

    [Fact]
    public async Task MessagesWrittenOffline_AreSentOnceAndInOrder_WhenTheLineIsBack()
    {
        var (ann, bob) = (NewHandle(), NewHandle());
        await using var writer = await world.OpenAsync();
        await using var reader = await world.OpenAsync();
        await writer.RegisterAsync(ann, "Ann");
        await reader.RegisterAsync(bob, "Bob");
        await writer.AskAsync(bob);
        await reader.AcceptAsync();
        await writer.OpenChatAsync("Bob");
        await reader.OpenChatAsync("Ann");
        await writer.SendAsync("before");
        await reader.SeesAsync("before");

        await writer.Context.SetOfflineAsync(true);
        foreach (var text in new[] { "one", "two", "three" })
        {
            await writer.SendAsync(text);
        }

        await Expect(
                writer
                    .Page.GetByRole(AriaRole.Img, new() { Name = "Waiting to be sent" })
                    .Or(writer.Page.GetByRole(AriaRole.Img, new() { Name = "Sending" }))
                    .First
            )
            .ToBeVisibleAsync();
        await writer.Context.SetOfflineAsync(false);

        await reader.SeesAsync("three");
        Assert.Equal(["before", "one", "two", "three"], await reader.TextsAsync());
        await Expect(writer.Page.GetByRole(AriaRole.Img, new() { Name = "Waiting to be sent" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Draft_AndHistory_AreThereAfterAReload()
    {
        await using var device = await world.OpenAsync();
        await device.RegisterAsync(NewHandle(), "Ann");
        await device.OpenChatAsync("File Transfer");
        await device.SendAsync("a note");
        await device.SeesAsync("a note");
        await device.Composer.FillAsync("half a thought");

        await device.Page.ReloadAsync();

        await device.SeesAsync("a note");
        await Expect(device.Composer).ToHaveValueAsync("half a thought");
    }

    [Fact]
    public async Task RevokedDevice_IsSignedOutAtOnce()
    {
        var ann = NewHandle();
        await using var lost = await world.OpenAsync();
        await lost.RegisterAsync(ann, "Ann");
        await using var kept = await world.OpenAsync();
        await kept.SignInAsync(ann);
        await kept.Page.GetByRole(AriaRole.Link, new() { Name = "Me", Exact = true }).ClickAsync();
        await kept.Page.GetByRole(AriaRole.Link, new() { Name = "Devices" }).ClickAsync();

        await kept.ButtonAsync("Sign out this device");

        await Expect(lost.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(false, false, "en-US")]
    [InlineData(false, true, "en-US")]
    [InlineData(true, false, "en-US")]
    [InlineData(true, true, "en-US")]
    [InlineData(false, false, "zh-CN")]
    [InlineData(true, true, "zh-CN")]
    public async Task Screens_HaveNoAccessibilityViolations(bool isPhone, bool isDark, string language)
    {
        await using var device = await world.OpenAsync(isPhone, language, isDark);
        await CheckAsync(device, "sign in");
        await device.RegisterAsync(NewHandle(), "Ann");
        await CheckAsync(device, "chats");
        await device.OpenChatAsync(device.Say("File Transfer"));
        await device.SendAsync("hello");
        await device.SeesAsync("hello");
        await CheckAsync(device, "chat");
        foreach (
            var place in new[]
            {
                "contacts",
                "contacts?add",
                "contacts/requests",
                "discover",
                "me",
                "me/profile",
                "me/devices",
                "me/password",
                "me/settings",
            }
        )
        {
            await device.Page.GotoAsync(new Uri(world.Address, place).ToString());
            await device.Page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            await CheckAsync(device, place);
        }
    }

    private static async Task CheckAsync(Device device, string place)
    {
        var result = await device.Page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{place}: {string.Join("; ", result.Violations.Select(found => $"{found.Id} at {string.Join(", ", found.Nodes.Select(node => node.Html))}"))}"
        );
    }
}
