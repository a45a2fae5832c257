using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>
/// A browser with one window. When it is closed it fails the test for whatever the console complained about, such as a
/// violated content security policy, and for every request that did not go to the server.
/// </summary>
public sealed class Device : IAsyncDisposable
{
    internal const string Password = "wild-goose-letters-9";

    private static readonly Dictionary<string, string> Chinese = new()
    {
        ["Sign in"] = "登录",
        ["Create account"] = "注册账号",
        ["Handle"] = "账号",
        ["Display name"] = "昵称",
        ["Password"] = "密码",
        ["Chats"] = "聊天",
        ["Contacts"] = "通讯录",
        ["File Transfer"] = "文件传输助手",
        ["Message"] = "消息",
        ["Add contact"] = "添加联系人",
        ["Find"] = "查找",
        ["Send request"] = "发送请求",
        ["Request sent"] = "请求已发送",
        ["New requests"] = "新的朋友",
        ["Accept"] = "接受",
        ["Accepted"] = "已接受",
        ["New"] = "新建",
        ["Back"] = "返回",
        ["Close"] = "关闭",
        ["Sent"] = "已发送",
        ["Read"] = "已读",
        ["Offline"] = "未连接",
    };

    private readonly List<string> _complaints = [];
    private readonly List<(IPage Page, IWebSocket Socket)> _sockets = [];
    private readonly Uri _address;
    private readonly Line _line;
    private readonly bool _isChinese;

    internal Device(IBrowserContext context, IPage page, Line line, string language)
    {
        (Context, Page, _line, _address) = (context, page, line, line.Address);
        _isChinese = language.StartsWith("zh", StringComparison.Ordinal);
        Watch(page);
        context.Request += (_, request) =>
        {
            var address = new Uri(request.Url);
            if (request.IsNavigationRequest)
            {
                // The page that was there takes its connection along, and the browser does not say so.
                _sockets.RemoveAll(one => one.Page == request.Frame.Page);
            }

            if (address.Scheme is not ("data" or "blob") && address.Authority != _address.Authority)
            {
                _complaints.Add($"a request went to {request.Url}");
            }
        };
    }

    public IBrowserContext Context { get; }
    public IPage Page { get; }

    public ILocator Composer => Page.GetByRole(AriaRole.Textbox, new() { Name = Say("Message"), Exact = true });
    public ILocator Log => Page.GetByRole(AriaRole.Log);
    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>How many connections its windows have to the server.</summary>
    public int OpenSockets => _sockets.Count(one => !one.Page.IsClosed && !one.Socket.IsClosed);

    /// <summary>Complaints that this test brings about on purpose.</summary>
    public List<string> Expected { get; } = [];

    /// <summary>What the client calls it in the browser's language.</summary>
    public string Say(string english) =>
        _isChinese && Chinese.TryGetValue(english, out var chinese) ? chinese : english;

    public ILocator Button(string name) =>
        Page.GetByRole(AriaRole.Button, new() { Name = Say(name), Exact = true }).First;

    public ILocator Tick(string state) => Log.GetByRole(AriaRole.Img, new() { Name = Say(state), Exact = true });

    public ILocator Text(string text) => Log.GetByText(text, new() { Exact = true });

    /// <summary>Another window of the same browser.</summary>
    public async Task<IPage> OpenTabAsync()
    {
        var page = await Context.NewPageAsync();
        Watch(page);
        await page.GotoAsync(Page.Url);
        return page;
    }

    public Task GoAsync(string path) => Page.GotoAsync(new Uri(_address, path).ToString());

    /// <summary>Cuts the line, and lets the browser know, as a device does that has lost its network.</summary>
    public async Task DisconnectAsync()
    {
        _line.Cut();
        await Context.SetOfflineAsync(true);
    }

    public async Task ReconnectAsync()
    {
        _line.Mend();
        await Context.SetOfflineAsync(false);
    }

    public async Task RegisterAsync(string handle, string name)
    {
        await Button("Create account").ClickAsync();
        await Page.GetByLabel(Say("Handle")).FillAsync(handle);
        await Page.GetByLabel(Say("Display name")).FillAsync(name);
        await Page.GetByLabel(Say("Password"), new() { Exact = true }).FillAsync(Password);
        await Button("Create account").ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = Say("Chats") }).WaitForAsync();
    }

    public async Task SignInAsync(string handle)
    {
        await Page.GetByLabel(Say("Handle")).FillAsync(handle);
        await Page.GetByLabel(Say("Password"), new() { Exact = true }).FillAsync(Password);
        await Button("Sign in").ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = Say("Chats") }).WaitForAsync();
    }

    /// <summary>Asks a person to become a contact.</summary>
    public async Task AskAsync(string handle)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = Say("Contacts") }).ClickAsync();
        await Button("Add contact").ClickAsync();
        await Dialog.GetByLabel(Say("Handle")).FillAsync(handle);
        await Button("Find").ClickAsync();
        await Button("Send request").ClickAsync();
        await Page.GetByText(Say("Request sent")).WaitForAsync();
        await Button("Close").ClickAsync();
    }

    /// <summary>Accepts the only request that waits.</summary>
    public async Task AcceptAsync()
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = Say("Contacts") }).ClickAsync();
        await Page.GetByRole(AriaRole.Link, new() { Name = Say("New requests") }).ClickAsync();
        await Button("Accept").ClickAsync();
        await Page.GetByText(Say("Accepted"), new() { Exact = true }).WaitForAsync();
    }

    /// <summary>Opens a chat from the list, from wherever one is.</summary>
    public async Task OpenChatAsync(string name)
    {
        await GoAsync("/chats");
        await Row(name).ClickAsync();
        await Composer.WaitForAsync();
    }

    /// <summary>A row of the chat list.</summary>
    public ILocator Row(string name) =>
        Page.GetByRole(AriaRole.List, new() { Name = Say("Chats") }).GetByRole(AriaRole.Link, new() { Name = name });

    public async Task SendAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    public Task SeesAsync(string text) => Expect(Text(text)).ToBeVisibleAsync();

    /// <summary>The texts in the chat, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync() => await Log.Locator("[data-text]").AllInnerTextsAsync();

    /// <summary>
    /// Waits until the service worker has everything that is needed to open without a network, and serves this page. One
    /// that began to load in the very moment in which the worker took over is not served before its next load.
    /// </summary>
    public async Task ReadyForOfflineAsync()
    {
        const string IsServed = "navigator.serviceWorker.controller !== null";
        if (!await Page.EvaluateAsync<bool>($"navigator.serviceWorker.ready.then(() => {IsServed})"))
        {
            await Page.ReloadAsync();
        }

        await Page.WaitForFunctionAsync($"() => {IsServed}");
    }

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync();
        await _line.DisposeAsync();
        Assert.DoesNotContain(
            _complaints,
            found => !Expected.Any(text => found.Contains(text, StringComparison.Ordinal))
        );
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            // A lost line is part of some tests, and the browser says so whatever the page does.
            if (message.Type == "error" && !message.Text.Contains("net::ERR_", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        page.WebSocket += (_, socket) => _sockets.Add((page, socket));
        page.PageError += (_, error) => _complaints.Add(error);
    }
}
