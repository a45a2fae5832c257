using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

public sealed partial class ChatTests(World world)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoPeople_RegisterBefriendAndChat_AndTheTerminalSeesTheSame(bool isPhone)
    {
        var (ann, bob) = (Friend.NewHandle(), Friend.NewHandle());
        await using var annsDevice = await world.OpenAsync(isPhone);
        await using var bobsDevice = await world.OpenAsync(isPhone, isDark: true);
        await annsDevice.RegisterAsync(ann, "Ann");
        await bobsDevice.RegisterAsync(bob, "鲍勃");
        await annsDevice.AskAsync(bob);
        await bobsDevice.AcceptAsync();

        await annsDevice.OpenChatAsync("鲍勃");
        await annsDevice.SendAsync("Hello 鲍勃 🪿");
        await bobsDevice.OpenChatAsync("Ann");
        await bobsDevice.SeesAsync("Hello 鲍勃 🪿");
        await bobsDevice.SendAsync("收到！");
        await annsDevice.SeesAsync("收到！");

        await world.RunTerminalAsync(bob, "login", bob, "--server", world.Address.ToString());
        var history = await world.RunTerminalAsync(bob, "history", ann);
        Assert.Contains("Hello 鲍勃 🪿", history, StringComparison.Ordinal);
        await world.RunTerminalAsync(bob, "send", ann, "from the terminal");
        await annsDevice.SeesAsync("from the terminal");
        await bobsDevice.SeesAsync("from the terminal");
    }

    [Fact]
    public async Task Marks_SayHowFarAMessageHasGot_AndWhoIsTyping()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        await ann.BefriendAsync(bob);
        await using var writer = await world.OpenAsync(ann);
        await writer.OpenChatAsync("Bob");
        await writer.SendAsync("are you there?");
        await Expect(writer.Tick("Sent")).ToBeVisibleAsync();

        await using var reader = await world.OpenAsync(bob, isPhone: true);
        await Expect(writer.Tick("Delivered")).ToBeVisibleAsync();
        await Expect(reader.Page).ToHaveTitleAsync(UnreadTitle());

        await reader.OpenChatAsync("Ann");
        await Expect(writer.Tick("Read")).ToBeVisibleAsync();
        await Expect(reader.Page).ToHaveTitleAsync("Hongyan");

        await reader.Composer.PressSequentiallyAsync("yes");
        await Expect(writer.Page.GetByText("Bob is typing…")).ToBeVisibleAsync();
        await reader.Composer.PressAsync("Enter");
        await writer.SeesAsync("yes");
        await Expect(writer.Page.GetByText("Bob is typing…")).ToHaveCountAsync(0);

        // Said to whoever listens to the screen.
        await Expect(writer.Page.GetByText("Bob: yes", new() { Exact = true })).ToBeAttachedAsync();
    }

    [Fact]
    public async Task Group_IsMadeNamedAndLeft_AndThreePeopleChatInIt()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        using var mei = await world.RegisterAsync("小梅");
        await ann.BefriendAsync(bob);
        await ann.BefriendAsync(mei);
        await using var annsDevice = await world.OpenAsync(ann);
        await using var bobsDevice = await world.OpenAsync(bob, isPhone: true);
        await using var meisDevice = await world.OpenAsync(mei);

        await annsDevice.Button("New").ClickAsync();
        await annsDevice.Page.GetByRole(AriaRole.Menuitem, new() { Name = "New group" }).ClickAsync();
        await annsDevice.Dialog.GetByLabel("Bob").CheckAsync();
        await annsDevice.Dialog.GetByLabel("小梅").CheckAsync();
        await annsDevice.Dialog.GetByLabel("Group name").FillAsync("Weekend 周末");
        await annsDevice.Button("Create group").ClickAsync();
        await annsDevice.SendAsync("Where shall we go?");
        await bobsDevice.Row("Weekend 周末").ClickAsync();
        await bobsDevice.SeesAsync("Where shall we go?");
        await bobsDevice.SendAsync("To the sea");
        await meisDevice.Row("Weekend 周末").ClickAsync();
        await meisDevice.SeesAsync("To the sea");
        await meisDevice.SendAsync("好主意！");
        foreach (var device in new[] { annsDevice, bobsDevice, meisDevice })
        {
            await device.SeesAsync("好主意！");
            Assert.Equal(["Where shall we go?", "To the sea", "好主意！"], await device.TextsAsync());
        }

        await Expect(annsDevice.Log.GetByText("Bob", new() { Exact = true })).ToBeVisibleAsync();
        await annsDevice.Button("Group info").ClickAsync();
        await Expect(annsDevice.Dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await annsDevice.Dialog.GetByLabel("Group name").FillAsync("Sea 海");
        await annsDevice.Button("Rename").ClickAsync();
        await Expect(bobsDevice.Page.GetByRole(AriaRole.Heading, new() { Name = "Sea 海" })).ToBeVisibleAsync();
        await annsDevice.Button("Close").ClickAsync();

        await bobsDevice.Button("Group info").ClickAsync();
        await bobsDevice.Button("Leave group").ClickAsync();
        await bobsDevice.Dialog.GetByRole(AriaRole.Button, new() { Name = "Leave group" }).ClickAsync();
        await Expect(bobsDevice.Row("Sea 海")).ToHaveCountAsync(0);
        await annsDevice.SeesAsync("Bob left the group");
        await Expect(annsDevice.Page.GetByText("2 members")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Chinese_LeadsThroughEverything()
    {
        using var xiaoyu = await world.RegisterAsync("晓雨");
        await using var friend = await world.OpenAsync(xiaoyu, language: "zh-CN");
        await using var phone = await world.OpenAsync(isPhone: true, language: "zh-CN");
        await phone.RegisterAsync(Friend.NewHandle(), "陈伟");
        await phone.AskAsync(xiaoyu.Handle);
        await friend.AcceptAsync();

        await phone.OpenChatAsync("晓雨");
        await Expect(phone.Log.GetByText("你们已成为联系人，打个招呼吧！")).ToBeVisibleAsync();
        await Expect(phone.Log.GetByText("今天")).ToBeVisibleAsync();
        await phone.SendAsync("周六去爬山吗？");
        await friend.OpenChatAsync("陈伟");
        await friend.SeesAsync("周六去爬山吗？");
        await Expect(phone.Tick("Read")).ToBeVisibleAsync();
        await friend.Composer.PressSequentiallyAsync("去");
        await Expect(phone.Page.GetByText("晓雨 正在输入…")).ToBeVisibleAsync();
        await friend.Composer.PressAsync("Enter");
        await phone.SeesAsync("去");
        await Expect(phone.Page).ToHaveTitleAsync("鸿雁");
    }

    [Fact]
    public async Task RevokedDevice_IsSignedOutAtOnce_AndSaysSo()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var lost = await world.OpenAsync(ann);
        await using var kept = await world.OpenAsync(ann);
        await kept.Page.GetByRole(AriaRole.Link, new() { Name = "Me", Exact = true }).ClickAsync();
        await kept.Page.GetByRole(AriaRole.Link, new() { Name = "Devices" }).ClickAsync();
        // This device, and the one that the account was made on, are told apart by what stands there.
        var other = kept
            .Page.GetByRole(AriaRole.Listitem)
            .Filter(new() { HasText = "Chrome" })
            .Filter(new() { HasText = "Active" });

        await other.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(lost.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(lost.Page.GetByText("This device was signed out.")).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"^\(\d\) Hongyan$")]
    private static partial Regex UnreadTitle();

    [Fact]
    public async Task WrongEntries_AreToldBesideTheirField()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync();
        device.Expected.Add("the server responded with a status of");
        await device.Button("Create account").ClickAsync();
        var handle = device.Page.GetByLabel("Handle");
        var password = device.Page.GetByLabel("Password", new() { Exact = true });
        await handle.FillAsync(ann.Handle);
        await device.Page.GetByLabel("Display name").FillAsync("Ann");
        await password.FillAsync("12345678");

        await device.Button("Create account").ClickAsync();
        await Expect(password).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(password)
            .ToHaveAccessibleDescriptionAsync(
                "This password is too easy to guess. Use at least 8 characters; several words work well."
            );

        await password.FillAsync(Device.Password);
        await device.Button("Create account").ClickAsync();
        await Expect(handle).ToHaveAccessibleDescriptionAsync("This handle is taken.");

        await device.Button("Sign in").ClickAsync();
        await handle.FillAsync(ann.Handle);
        await password.FillAsync("not the password");
        await device.Button("Sign in").ClickAsync();
        await Expect(device.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The handle or the password is wrong.");
    }
}
