using Microsoft.Playwright;

namespace Hongyan.E2ETests;

/// <summary>A browser window, and what its console complained about.</summary>
public sealed class Device : IAsyncDisposable
{
    internal const string Password = "wild-goose-letters-9";

    private static readonly Dictionary<string, string> Chinese = new()
    {
        ["Create account"] = "注册账号",
        ["Handle"] = "账号",
        ["Display name"] = "昵称",
        ["Password"] = "密码",
        ["Chats"] = "聊天",
        ["File Transfer"] = "文件传输助手",
        ["Message"] = "消息",
    };

    private readonly List<string> _complaints = [];
    private readonly bool _isChinese;

    public Device(IBrowserContext context, IPage page, string language)
    {
        (Context, Page, _isChinese) = (context, page, language.StartsWith("zh", StringComparison.Ordinal));
        page.Console += (_, message) =>
        {
            // A lost line is part of some tests, and the browser says so whatever the page does.
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
    }

    public IBrowserContext Context { get; }
    public IPage Page { get; }

    public ILocator Composer => Page.GetByRole(AriaRole.Textbox, new() { Name = Say("Message"), Exact = true });

    /// <summary>What the client calls it in the browser's language.</summary>
    public string Say(string english) => _isChinese ? Chinese[english] : english;

    public async Task RegisterAsync(string handle, string name)
    {
        await ButtonAsync(Say("Create account"));
        await Page.GetByLabel(Say("Handle")).FillAsync(handle);
        await Page.GetByLabel(Say("Display name")).FillAsync(name);
        await Page.GetByLabel(Say("Password"), new() { Exact = true }).FillAsync(Password);
        await ButtonAsync(Say("Create account"));
        await Page.GetByRole(AriaRole.Heading, new() { Name = Say("Chats") }).WaitForAsync();
    }

    public async Task SignInAsync(string handle)
    {
        await Page.GetByLabel("Handle").FillAsync(handle);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await ButtonAsync("Sign in");
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Chats" }).WaitForAsync();
    }

    /// <summary>Asks a person to become a contact.</summary>
    public async Task AskAsync(string handle)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Contacts" }).ClickAsync();
        await ButtonAsync("Add contact");
        await Page.GetByRole(AriaRole.Dialog).GetByLabel("Handle").FillAsync(handle);
        await ButtonAsync("Find");
        await ButtonAsync("Send request");
        await Page.GetByText("Request sent").WaitForAsync();
        await ButtonAsync("Close");
    }

    /// <summary>Accepts the only request that waits.</summary>
    public async Task AcceptAsync()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = "Contacts" }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = "New requests" }).ClickAsync();
        await ButtonAsync("Accept");
        await Page.GetByText("Accepted").WaitForAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Back" })
            .Or(Page.GetByRole(AriaRole.Link, new() { Name = "Chats" }))
            .First.ClickAsync();
    }

    public async Task OpenChatAsync(string name)
    {
        await Page.GotoAsync(new Uri(new Uri(Page.Url), "/chats").ToString());
        await Page.GetByRole(AriaRole.List, new() { Name = Say("Chats") })
            .GetByRole(AriaRole.Link, new() { Name = name })
            .ClickAsync();
        await Composer.WaitForAsync();
    }

    public async Task SendAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    public Task SeesAsync(string text) =>
        Page.GetByRole(AriaRole.Log).GetByText(text, new() { Exact = true }).WaitForAsync();

    /// <summary>The texts in the chat, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync() =>
        await Page.GetByRole(AriaRole.Log).Locator("p[dir=auto]").AllInnerTextsAsync();

    public Task ButtonAsync(string name) =>
        Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First.ClickAsync();

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        Assert.Empty(_complaints);
    }
}
