using System.Globalization;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Server.Demo;

/// <summary>
/// Fills a system with the people and words of <see cref="DemoScript"/>, through the interface that everybody uses.
/// Whatever was done before a crash is found and not done twice; once complete, nothing is touched again.
/// </summary>
internal static class DemoFilling
{
    /// <summary>The time in the client ids. They are the same in every run, which makes every run send the same messages.</summary>
    private static readonly long ClientIdTime = new DateTimeOffset(
        2026,
        1,
        1,
        0,
        0,
        0,
        TimeSpan.Zero
    ).ToUnixTimeMilliseconds();

    /// <summary>Does what is still to be done.</summary>
    /// <param name="server">Where this server serves.</param>
    /// <returns>A line for whoever started it.</returns>
    public static async Task<string> RunAsync(Uri server, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // it talks to itself on this machine: whoever signed the certificate, it is its own
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return await RunAsync(server, handler, cancellationToken);
    }

    /// <inheritdoc cref="RunAsync(Uri, CancellationToken)"/>
    public static async Task<string> RunAsync(
        Uri server,
        HttpMessageHandler handler,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient(handler, disposeHandler: false);
        http.BaseAddress = server;
        var signedIn = new List<DemoAccount>();
        try
        {
            if (!await IsCompleteAsync(http, signedIn, cancellationToken))
            {
                await FillAsync(http, signedIn, cancellationToken);
            }

            foreach (var account in signedIn)
            {
                await account.DoAsync(HttpMethod.Delete, "/api/sessions/current", null, cancellationToken);
            }

            return $"demo: sign in as {string.Join(", ", DemoScript.People.Select(person => person.Handle))} "
                + $"or {DemoScript.Newcomer.Handle}; the password is {DemoScript.Password}";
        }
        catch (DemoException exception)
        {
            return $"demo: not complete, because {exception.Message}; it is meant for an empty system";
        }
        catch (HttpRequestException exception)
        {
            return $"demo: cut off ({exception.Message}); the next start goes on with it";
        }
    }

    private static async Task<bool> IsCompleteAsync(
        HttpClient http,
        List<DemoAccount> signedIn,
        CancellationToken cancellationToken
    )
    {
        if (await DemoAccount.SignInAsync(http, DemoScript.Newcomer, cancellationToken) is not { } newcomer)
        {
            return false;
        }

        signedIn.Add(newcomer);
        var requests = await newcomer.GetAsync(
            "/api/contact-requests",
            HongyanJson.Wire.PageContactRequest,
            cancellationToken
        );
        return requests.Items.Count > 0;
    }

    private static async Task FillAsync(
        HttpClient http,
        List<DemoAccount> signedIn,
        CancellationToken cancellationToken
    )
    {
        var people = new Dictionary<string, DemoAccount>();
        foreach (var person in DemoScript.People)
        {
            var account = await EnterAsync(http, person, signedIn, cancellationToken);
            people[person.Handle] = account;
        }

        foreach (var (from, to, greeting) in DemoScript.Contacts)
        {
            await BefriendAsync(people[from], people[to], greeting, cancellationToken);
        }

        var number = 0;
        foreach (var conversation in DemoScript.Conversations)
        {
            number = await TalkAsync(people, conversation, number, cancellationToken);
        }

        // Last of all, because it tells that everything before is there.
        var newcomer = await EnterAsync(http, DemoScript.Newcomer, signedIn, cancellationToken);
        var host = people[DemoScript.People[0].Handle];
        await AskAsync(newcomer, host, DemoScript.NewcomersGreeting, cancellationToken);
    }

    private static async Task<DemoAccount> EnterAsync(
        HttpClient http,
        DemoPerson person,
        List<DemoAccount> signedIn,
        CancellationToken cancellationToken
    )
    {
        var account = await DemoAccount.EnsureAsync(http, person, cancellationToken);
        signedIn.Add(account);
        var profile = new UpdateProfileRequest(Region: person.Region, Signature: person.Signature);
        await account.DoAsync(
            HttpMethod.Patch,
            "/api/me",
            DemoAccount.Json(profile, HongyanJson.Wire.UpdateProfileRequest),
            cancellationToken
        );
        return account;
    }

    private static async Task BefriendAsync(
        DemoAccount from,
        DemoAccount to,
        string greeting,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var request = await AskAsync(from, to, greeting, cancellationToken);
            await to.DoAsync(HttpMethod.Post, $"/api/contact-requests/{request.Id}/accept", null, cancellationToken);
        }
        catch (DemoException exception) when (exception.Code == ErrorCode.AlreadyContacts)
        {
            // Done in the run before.
        }
    }

    private static Task<ContactRequest> AskAsync(
        DemoAccount from,
        DemoAccount to,
        string greeting,
        CancellationToken cancellationToken
    ) =>
        from.PostAsync(
            "/api/contact-requests",
            DemoAccount.Json(new SendContactRequest(to.Id, greeting), HongyanJson.Wire.SendContactRequest),
            HongyanJson.Wire.ContactRequest,
            cancellationToken
        );

    /// <returns>The number for the next client id.</returns>
    private static async Task<int> TalkAsync(
        Dictionary<string, DemoAccount> people,
        DemoConversation conversation,
        int number,
        CancellationToken cancellationToken
    )
    {
        var members = conversation.Members.Select(handle => people[handle]).ToList();
        var head = await OpenAsync(conversation.Title, members, ClientId(number++), cancellationToken);
        var seqs = new List<long>();
        foreach (var line in conversation.Lines)
        {
            var send = new SendMessageRequest(ClientId(number++), new TextBody(line.Text));
            var sent = await people[line.Sender]
                .PostAsync(
                    $"/api/conversations/{head.Id}/messages",
                    DemoAccount.Json(send, HongyanJson.Wire.SendMessageRequest),
                    HongyanJson.Wire.MessageSent,
                    cancellationToken
                );
            seqs.Add(sent.Seq);
        }

        foreach (var (handle, account) in conversation.Members.Zip(members))
        {
            var read = seqs[^(1 + conversation.Unread.GetValueOrDefault(handle))];
            await account.DoAsync(
                HttpMethod.Put,
                $"/api/conversations/{head.Id}/marks",
                DemoAccount.Json(new MarkRequest(Read: read, Delivered: seqs[^1]), HongyanJson.Wire.MarkRequest),
                cancellationToken
            );
        }

        return number;
    }

    private static Task<ConversationHead> OpenAsync(
        string? title,
        List<DemoAccount> members,
        Guid clientId,
        CancellationToken cancellationToken
    )
    {
        var wire = HongyanJson.Wire;
        var others = members.Skip(1).Select(member => member.Id).ToList();
        var (path, body) = (title, others) switch
        {
            ({ } name, _) => (
                "",
                DemoAccount.Json(new CreateGroupRequest(clientId, name, others), wire.CreateGroupRequest)
            ),
            (_, [var other]) => ("/direct", DemoAccount.Json(new OpenDirectRequest(other), wire.OpenDirectRequest)),
            _ => ("/notes", null),
        };
        return members[0].PostAsync($"/api/conversations{path}", body, wire.ConversationHead, cancellationToken);
    }

    private static Guid ClientId(int number) =>
        Guid.ParseExact(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ClientIdTime >> 16:x8}-{ClientIdTime & 0xffff:x4}-7000-8000-{number:x12}"
            ),
            "D"
        );
}
