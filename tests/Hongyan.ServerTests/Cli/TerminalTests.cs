using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.Cli;

/// <summary>The terminal client against a real server, as people and scripts use it.</summary>
public sealed class TerminalTests(Servers servers)
{
    [Fact]
    public async Task People_MeetAndTalk_InPlainLines()
    {
        var terminal = await NewTerminalAsync();
        var ann = await terminal.RegisterAsync("ann", "安安");
        var bob = await terminal.RegisterAsync("bob", "Bob 雁");

        var found = (await terminal.AsAsync("ann", "contacts", "find", bob.ToUpperInvariant())).Good();
        var asked = (await terminal.AsAsync("ann", "contacts", "add", bob, "--greeting", "我是安安")).Good();
        var waiting = (await terminal.AsAsync("bob", "contacts", "requests")).Good();
        var accepted = (await terminal.AsAsync("bob", "contacts", "accept", ann)).Good();
        var again = (await terminal.AsAsync("bob", "contacts", "accept", ann)).Good();
        var contacts = (await terminal.AsAsync("ann", "contacts")).Good();
        var sent = (await terminal.AsAsync("ann", "send", bob, "你好 🪿")).Good();
        var history = (await terminal.AsAsync("bob", "history", ann)).Good();
        var chats = (await terminal.AsAsync("bob", "chats")).Good();

        Assert.Equal($"{bob}\tBob 雁\tnone\n", found.Output);
        Assert.Equal($"to\t{bob}\tBob 雁\tpending\t我是安安\n", asked.Output);
        Assert.Equal($"from\t{ann}\t安安\tpending\t我是安安\n", waiting.Output);
        Assert.Equal($"{ann}\t安安\n", accepted.Output);
        Assert.Equal(accepted, again);
        Assert.Equal($"B\t{bob}\tBob 雁\t\n", contacts.Output);
        Assert.Equal("2\n", sent.Output);
        Assert.Equal(["Bob 雁", "[became contacts] 我是安安"], history.Lines[0].Split('\t')[2..]);
        Assert.Equal(["安安", "你好 🪿"], history.Lines[1].Split('\t')[2..]);
        Assert.Matches(@"^2\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t", history.Lines[1]);
        Assert.Equal(["direct", "安安", "2"], chats.Lines[0].Split('\t')[1..4]);
        Assert.Equal(["notes", "File Transfer", "0"], chats.Lines[1].Split('\t')[1..4]);
        await terminal.AsAsync("bob", "contacts", "remove", ann);
        (await terminal.AsAsync("ann", "send", bob, "hello?")).Refused(1, "(not_found)");
    }

    [Fact]
    public async Task Json_IsOneObjectALine_AsTheProtocolWritesIt()
    {
        var terminal = await NewTerminalAsync();
        var ann = await terminal.RegisterAsync("ann", "安安");
        var bob = await terminal.RegisterAsync("bob", "Bob");

        var me = (await terminal.AsAsync("ann", "whoami", "--json")).Good().Json<Me>();
        var details = (await terminal.AsAsync("ann", "contacts", "find", bob, "--json")).Good().Json<PersonDetails>();
        var request = (await terminal.AsAsync("ann", "contacts", "add", bob, "--json")).Good().Json<ContactRequest>();
        var listed = (await terminal.AsAsync("bob", "--json", "contacts", "requests")).Good().Json<ContactRequest>();
        var contact = (await terminal.AsAsync("bob", "contacts", "accept", ann, "--json")).Good().Json<Contact>();
        var sent = (await terminal.AsAsync("bob", "send", ann, "hi", "--json")).Good().Json<MessageSent>();
        var message = (await terminal.AsAsync("ann", "history", bob, "--limit", "1", "--json")).Good().Json<Message>();
        var device = (await terminal.AsAsync("ann", "devices", "--json")).Good().Json<SessionInfo>();
        var group = (await terminal.AsAsync("ann", "groups", "create", "大雁", bob, "--json"))
            .Good()
            .Json<ConversationHead>();
        var head = (await terminal.AsAsync("bob", "groups", "--json")).Good().Json<ConversationHead>();
        var members = (await terminal.AsAsync("bob", "groups", "members", $"{group.Id}", "--json")).Good();

        Assert.Equal((ann, "安安"), (me.Handle, me.Name));
        Assert.Equal((bob, Relation.None), (details.Person.Handle, details.Relation));
        Assert.Equal(request.Id, listed.Id);
        Assert.Equal(ann, contact.Person.Handle);
        Assert.Equal((sent.Seq, sent.ClientId), (message.Seq, message.ClientId));
        Assert.Equal(new TextBody("hi"), message.Body);
        Assert.Equal((DeviceKind.Terminal, true), (device.Device.Kind, device.IsCurrent));
        Assert.Equal((group.Id, "大雁"), (head.Id, head.Title));
        Assert.Equal(2, members.Lines.Count);
        Assert.DoesNotContain(
            "\\u",
            (await terminal.AsAsync("ann", "whoami", "--json")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Groups_AreMadeNamedAndLeft()
    {
        var terminal = await NewTerminalAsync();
        var ann = await terminal.RegisterAsync("ann", "Ann");
        var bob = await terminal.RegisterAsync("bob", "Bob");
        await terminal.AsAsync("ann", "contacts", "add", bob);
        await terminal.AsAsync("bob", "contacts", "accept", ann);

        var made = (await terminal.AsAsync("ann", "groups", "create", "Geese", bob)).Good();
        var group = made.Lines[0].Split('\t')[0];
        (await terminal.AsAsync("ann", "groups", "rename", group, "大雁")).Good();
        (await terminal.AsAsync("bob", "groups", "rename", group, "Mine")).Refused(1, "(forbidden)");
        (await terminal.AsAsync("bob", "send", group, "hello all")).Good();
        var listed = (await terminal.AsAsync("bob", "groups", "list")).Good();
        var members = (await terminal.AsAsync("bob", "groups", "members", group)).Good();
        (await terminal.AsAsync("bob", "groups", "leave", group)).Good();

        Assert.Equal([group, "group", "大雁", "0"], listed.Lines[0].Split('\t')[..4]);
        Assert.Equal(
            new[] { $"{ann}\tAnn\towner\t0", $"{bob}\tBob\tmember\t3" }.Order(StringComparer.Ordinal),
            members.Lines.Order(StringComparer.Ordinal)
        );
        Assert.Empty((await terminal.AsAsync("bob", "groups")).Good().Output);
        (await terminal.AsAsync("bob", "history", group)).Refused(1, "(not_found)");
        (await terminal.AsAsync("ann", "groups", "create", "Strangers", "nobody")).Refused(1, "(not_contacts)");
    }

    [Fact]
    public async Task Send_TakesTextFromTheLineOrFromInput_AndOneIdOnce()
    {
        var terminal = await NewTerminalAsync();
        await terminal.RegisterAsync("ann", "Ann");
        var id = Guid.CreateVersion7().ToString();

        (await terminal.AsAsync("ann", "send", "notes", "--", "-1 is a message too")).Good();
        (await terminal.RunAsync(["--profile", "ann", "send", "notes"], "two\nlines\n")).Good();
        var byLine = (await terminal.RunAsync(["--profile", "ann", "send", "notes", "--lines"], "a\n\n  \nb")).Good();
        var first = (await terminal.AsAsync("ann", "send", "notes", "once", "--id", id)).Good();
        var second = (await terminal.AsAsync("ann", "send", "notes", "once", "--id", id)).Good();
        (await terminal.AsAsync("ann", "send", "notes", "another", "--id", id)).Refused(1, "(client_id_reused)");
        (await terminal.RunAsync(["--profile", "ann", "send", "notes"], "\n")).Refused(1, "(invalid_text)");
        var history = (await terminal.AsAsync("ann", "history", "notes")).Good();

        Assert.Equal("3\n4\n", byLine.Output);
        Assert.Equal(first, second);
        Assert.Equal(
            ["-1 is a message too", "two\\nlines", "a", "b", "once"],
            history.Lines.Select(line => line.Split('\t')[3])
        );
    }

    [Fact]
    public async Task History_GoesBackAsFarAsAsked()
    {
        var terminal = await NewTerminalAsync();
        await terminal.RegisterAsync("ann", "Ann");
        var lines = string.Join('\n', Enumerable.Range(1, 210).Select(i => $"line {i}"));
        (await terminal.RunAsync(["--profile", "ann", "send", "notes", "--lines"], lines)).Good();

        Assert.Equal(["161", "210"], await EndsAsync());
        Assert.Equal(["6", "210"], await EndsAsync("--limit", "205"));
        Assert.Equal(["1", "210"], await EndsAsync("--limit", "1000"));
        Assert.Equal(["98", "99"], await EndsAsync("--limit", "2", "--before", "100"));

        async Task<string[]> EndsAsync(params string[] options)
        {
            var history = (await terminal.AsAsync("ann", ["history", "notes", .. options])).Good();
            return [history.Lines[0].Split('\t')[0], history.Lines[^1].Split('\t')[0]];
        }
    }

    [Fact]
    public async Task Message_CannotWriteIntoTheTerminalOfWhoReadsIt()
    {
        var terminal = await NewTerminalAsync();
        await terminal.RegisterAsync("ann", "Ann");

        (await terminal.AsAsync("ann", "send", "notes", "\e[31mred\a\r\tover\u009b1mbold")).Good();

        var line = Assert.Single((await terminal.AsAsync("ann", "history", "notes")).Good().Lines);
        Assert.Equal("[31mred over1mbold", line.Split('\t')[3]);
    }

    [Fact]
    public async Task ManyAtOnce_WithOneProfile_AllSucceed_AndStaySignedIn()
    {
        var terminal = await NewTerminalAsync();
        await terminal.RegisterAsync("ann", "Ann");

        var sends = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => terminal.AsAsync("ann", "send", "notes", $"message {i}"))
        );

        Assert.Equal(
            Enumerable.Range(1, 8),
            sends
                .Select(send => int.Parse(send.Good().Output, System.Globalization.CultureInfo.InvariantCulture))
                .Order()
        );
        (await terminal.AsAsync("ann", "whoami")).Good();
        Assert.Single((await terminal.AsAsync("ann", "devices")).Good().Lines);
    }

    [Fact]
    public async Task Send_WhenTheServerLimits_WaitsAsLongAsItSays_AndGetsThrough()
    {
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(Store.Sqlite),
            ("Hongyan:Limits:SendPerUser:Burst", "1"),
            ("Hongyan:Limits:SendPerUser:PerMinute", "60")
        );
        var terminal = new Terminal(servers.NewFolder(), server.Address);
        await terminal.RegisterAsync("ann", "Ann");

        var sends = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(i => terminal.AsAsync("ann", "send", "notes", $"message {i}"))
        );

        Assert.Equal(["1\n", "2\n", "3\n"], sends.Select(send => send.Good().Output).Order());
    }

    [Fact]
    public async Task Sessions_BelongToProfiles_AndEndWhereAndWhenTheyAreToldTo()
    {
        var terminal = await NewTerminalAsync();
        var server = (await servers.SharedAsync(Store.Sqlite)).Address.ToString();
        var ann = await terminal.RegisterAsync("ann", "Ann");
        string[] login = ["login", ann, "--server", server];
        var password = ("HONGYAN_PASSWORD", Person.Password);

        (await terminal.RunAsync(["--profile", "laptop", .. login], "", password)).Good();
        // Signing in again takes the place of the profile's former session, which is ended.
        (await terminal.RunAsync(["--profile", "laptop", .. login], "", password)).Good();
        var devices = (await terminal.AsAsync("ann", "devices")).Good();
        var laptop = Assert.Single(devices.Lines, line => !line.EndsWith("this one", StringComparison.Ordinal));
        (await terminal.AsAsync("ann", "devices", "revoke", laptop.Split('\t')[0])).Good();

        Assert.Equal(2, devices.Lines.Count);
        (await terminal.AsAsync("laptop", "whoami")).Refused(4, "use hongyan login");
        (await terminal.AsAsync("ann", "devices", "revoke", "4711")).Refused(1, "(not_found)");
        (await terminal.AsAsync("ann", "logout")).Good();
        (await terminal.AsAsync("ann", "whoami")).Refused(4, "(unauthenticated)");
        (await terminal.AsAsync("ann", "send", "notes", "x")).Refused(4, "(unauthenticated)");
        (await terminal.RunAsync(["--profile", "ann", .. login, "--password-stdin"], "wrong")).Refused(
            1,
            "(invalid_credentials)"
        );
    }

    [Fact]
    public async Task Secrets_AreTheOwnersAlone_AndNeverOnTheCommandLine()
    {
        var terminal = await NewTerminalAsync();
        await terminal.RegisterAsync("ann", "Ann");

        var folder = Path.Combine(terminal.Configuration, "hongyan");
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(own | UnixFileMode.UserExecute, new DirectoryInfo(folder).UnixFileMode);
        Assert.All(Directory.GetFiles(folder), file => Assert.Equal(own, new FileInfo(file).UnixFileMode));
        (await terminal.RunAsync(["login", "ann", "--password", "x"])).Refused(2, "--password");
        (await terminal.RunAsync(["login", "ann"])).Refused(2, "--password-stdin");
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("contacts", "fnd")]
    [InlineData("send")]
    [InlineData("history", "notes", "--limit", "0")]
    [InlineData("history", "notes", "--before", "0")]
    [InlineData("history", "notes", "--limit", "many")]
    [InlineData("tail", "--since", "3")]
    [InlineData("tail", "notes", "--since", "-1")]
    [InlineData("send", "notes", "x", "--lines")]
    [InlineData("send", "notes", "x", "--id", "7")]
    [InlineData("login", "ann", "--server", "not an address")]
    [InlineData("--profile", "../elsewhere", "whoami")]
    public async Task Usage_ThatIsWrong_IsToldInOneLine(params string[] arguments) =>
        (await (await NewTerminalAsync()).RunAsync(arguments)).Refused(2, "");

    [Fact]
    public async Task Server_ThatIsNotThere_IsToldInOneLine()
    {
        var terminal = await NewTerminalAsync();

        var run = await terminal.RunAsync(
            ["login", "ann", "--server", "http://127.0.0.1:1", "--password-stdin"],
            Person.Password
        );

        run.Refused(3, "(unreachable)");
    }

    [Fact]
    public async Task Help_IsThereForEveryCommand()
    {
        var terminal = await NewTerminalAsync();

        await VisitAsync([]);

        async Task VisitAsync(string[] command)
        {
            var help = (await terminal.RunAsync([.. command, "--help"])).Good();
            Assert.StartsWith("Description:\n  ", help.Output, StringComparison.Ordinal);
            Assert.All(help.Lines, line => Assert.InRange(line.Length, 1, 200));
            foreach (var sub in SubcommandsIn(help))
            {
                await VisitAsync([.. command, sub]);
            }
        }

        static IEnumerable<string> SubcommandsIn(Run help) =>
            help
                .Lines.SkipWhile(line => line != "Commands:")
                .Skip(1)
                .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
                .Select(line => line.Trim().Split(' ')[0]);
    }

    [Fact]
    public async Task Tables_StandInLine_WhateverTheScript()
    {
        var terminal = await NewTerminalAsync();
        var ann = await terminal.RegisterAsync("ann", "Ann");
        var people = await servers.PeopleAsync(Store.Sqlite, 2);
        foreach (var (person, name) in people.Zip(["鸿雁传书", "Bob"]))
        {
            await person.Api.UpdateProfileAsync(new UpdateProfileRequest(name, null, "the signature"), Token);
            var found = await person.Api.FindPersonAsync(ann, Token);
            await person.Api.RequestContactAsync(new SendContactRequest(found.Person.Id), Token);
            (await terminal.AsAsync("ann", "contacts", "accept", person.Handle)).Good();
        }

        var table = await terminal.OnTerminalAsync("--profile", "ann", "contacts");

        var rows = table.Split('\n').Where(line => line.Contains("the signature", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, rows.Count);
        Assert.Single(
            rows.Select(row => Columns(row[..row.IndexOf("the signature", StringComparison.Ordinal)])).Distinct()
        );

        static int Columns(string text) => text.Sum(character => character is >= '\u4e00' and <= '\u9fff' ? 2 : 1);
    }

    [Fact]
    public async Task Terminal_IsADeviceLikeOthers()
    {
        var terminal = await NewTerminalAsync();
        var handle = await terminal.RegisterAsync("ann", "Ann");
        var server = await servers.SharedAsync(Store.Sqlite);
        using var api = new HongyanApi(server.Address);
        await api.SignInAsync(new SignInRequest(handle, Person.Password, new Device("web", DeviceKind.Web)), Token);
        await using var web = await HongyanConnection.ConnectAsync(
            server.Address,
            await api.AccessTokenAsync(cancellationToken: Token),
            cancellationToken: Token
        );

        (await terminal.AsAsync("ann", "send", "notes", "from the terminal")).Good();

        Assert.Equal(new TextBody("from the terminal"), (await web.NextAsync<Pushed>()).Message.Body);
    }

    private async Task<Terminal> NewTerminalAsync() =>
        new(servers.NewFolder(), (await servers.SharedAsync(Store.Sqlite)).Address);
}
