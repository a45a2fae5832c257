using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>What is written while the line is down, and what cannot be sent.</summary>
public sealed class OutboxTests(World world)
{
    /// <summary>Holds the browser's database, as a slow disk does, until the window is closed.</summary>
    private const string HoldDatabase = """
        async () => {
          const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("hongyan-"));
          const request = indexedDB.open(name);
          const db = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
          const rows = db.transaction([...db.objectStoreNames], "readwrite").objectStore("meta");
          await new Promise((resolve) => {
            const hold = () => { rows.get("me").onsuccess = () => { resolve(); hold(); }; };
            hold();
          });
        }
        """;

    [Fact]
    public async Task MessagesWrittenOffline_AreSentOnceAndInOrder_WhenTheLineIsBack()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        await ann.BefriendAsync(bob);
        await using var writer = await world.OpenAsync(ann);
        await using var reader = await world.OpenAsync(bob);
        await writer.OpenChatAsync("Bob");
        await reader.OpenChatAsync("Ann");
        await writer.SendAsync("before");
        await reader.SeesAsync("before");

        await writer.DisconnectAsync();
        foreach (var text in new[] { "one", "two", "three" })
        {
            await writer.SendAsync(text);
        }

        await Expect(writer.Tick("Waiting to be sent")).ToHaveCountAsync(3);
        await Expect(writer.Page.GetByText("Offline", new() { Exact = true })).ToBeVisibleAsync();
        await writer.ReconnectAsync();

        await reader.SeesAsync("three");
        Assert.Equal(["before", "one", "two", "three"], await reader.TextsAsync());
        await Expect(writer.Tick("Read")).ToHaveCountAsync(4);
        await Expect(writer.Page.GetByText("Offline", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Client_OpensOffline_WithItsHistory_AndSendsAfterwards()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await bob.SendAsync(chat, "a letter from before");
        await using var phone = await world.OpenAsync(ann, isPhone: true);
        await phone.OpenChatAsync("Bob");
        await phone.SeesAsync("a letter from before");
        await phone.ReadyForOfflineAsync();

        await phone.DisconnectAsync();
        await phone.Page.ReloadAsync();
        await phone.SeesAsync("a letter from before");
        await Expect(phone.Page.GetByText("Offline", new() { Exact = true })).ToBeVisibleAsync();
        await phone.SendAsync("written on the train");
        await Expect(phone.Tick("Waiting to be sent")).ToBeVisibleAsync();

        // What waits survives that the window is closed.
        await phone.Page.ReloadAsync();
        await Expect(phone.Tick("Waiting to be sent")).ToBeVisibleAsync();
        await phone.ReconnectAsync();
        await Expect(phone.Tick("Sent")).ToBeVisibleAsync();
        Assert.Equal(["a letter from before", "written on the train"], await phone.TextsAsync());
    }

    [Fact]
    public async Task FailedMessage_IsDeletedOrSentAgain()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        await ann.BefriendAsync(bob);
        await using var writer = await world.OpenAsync(ann);
        await writer.OpenChatAsync("Bob");
        await writer.SendAsync("hello");
        await Expect(writer.Tick("Sent")).ToBeVisibleAsync();

        await writer.DisconnectAsync();
        await writer.SendAsync("not worth it");
        await writer.SendAsync("worth it");
        await bob.RemoveAsync(ann);
        await writer.ReconnectAsync();
        await Expect(writer.Tick("Not sent")).ToHaveCountAsync(2);
        await Expect(writer.Page.GetByText("You are not contacts.")).ToHaveCountAsync(2);
        await Expect(writer.Page.GetByText("You are no longer contacts, so you cannot write here.")).ToBeVisibleAsync();

        await writer.Button("Delete").ClickAsync();
        await Expect(writer.Text("not worth it")).ToHaveCountAsync(0);

        await ann.BefriendAsync(bob);
        await writer.Composer.WaitForAsync();
        await writer.Button("Retry").ClickAsync();
        await Expect(writer.Tick("Sent")).ToHaveCountAsync(2);
        await Expect(writer.Tick("Not sent")).ToHaveCountAsync(0);

        await using var reader = await world.OpenAsync(bob);
        await reader.OpenChatAsync("Ann");
        await reader.SeesAsync("worth it");
        await reader.SeesAsync("hello");
        Assert.Equal(["hello", "worth it"], await reader.TextsAsync());
        Assert.Equal(["hello", "worth it"], await writer.TextsAsync());
    }

    [Fact]
    public async Task DraftAndHistory_AreThereAfterAReload_AndTheListShowsTheDraft()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("File Transfer");
        await device.SendAsync("a note");
        await device.SeesAsync("a note");
        await device.Composer.FillAsync("half a thought");
        await Expect(device.Row("File Transfer")).ToContainTextAsync("[Draft]half a thought");

        await device.Page.ReloadAsync();

        await device.SeesAsync("a note");
        await Expect(device.Composer).ToHaveValueAsync("half a thought");
    }

    [Fact]
    public async Task WhatIsWrittenRightBeforeTheWindowCloses_IsThereWhenItOpensAgain()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("File Transfer");
        await device.SendAsync("a note");
        await Expect(device.Tick("Sent")).ToHaveCountAsync(1);
        var chat = device.Page.Url;
        var holder = await device.Context.NewPageAsync();
        await holder.GotoAsync(new Uri(new Uri(chat), "/health/live").ToString());
        await holder.EvaluateAsync(HoldDatabase);

        await device.SendAsync("at the last moment");
        await device.Composer.FillAsync("half a thought");
        await device.Page.CloseAsync();
        await holder.CloseAsync();
        var again = await device.Context.NewPageAsync();
        await again.GotoAsync(chat);

        var log = again.GetByRole(AriaRole.Log);
        await Expect(log.GetByRole(AriaRole.Img, new() { Name = "Sent" })).ToHaveCountAsync(2);
        Assert.Equal(["a note", "at the last moment"], await log.Locator("[data-text]").AllInnerTextsAsync());
        await Expect(again.GetByRole(AriaRole.Textbox, new() { Name = "Message" })).ToHaveValueAsync("half a thought");
    }

    [Fact]
    public async Task TwoTabs_ShareOneConnection_AndOneTakesOverFromTheOther()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("Bob");
        await bob.SendAsync(chat, "to the first");
        await device.SeesAsync("to the first");

        var second = await device.OpenTabAsync();
        await second.GetByRole(AriaRole.Log).GetByText("to the first").WaitForAsync();
        await device.SendAsync("from the first");
        await second.GetByRole(AriaRole.Log).GetByText("from the first").WaitForAsync();
        Assert.Equal(1, device.OpenSockets);

        await device.Page.CloseAsync();
        var message = second.GetByRole(AriaRole.Textbox, new() { Name = "Message" });
        await message.FillAsync("from the second");
        await message.PressAsync("Enter");
        var sent = second.GetByRole(AriaRole.Img, new() { Name = "Sent" });
        await Expect(sent).ToHaveCountAsync(2);
        await bob.SendAsync(chat, "to the second");
        await second.GetByRole(AriaRole.Log).GetByText("to the second").WaitForAsync();
        Assert.Equal(1, device.OpenSockets);
    }
}
