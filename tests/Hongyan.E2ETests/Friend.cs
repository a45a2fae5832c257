using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.E2ETests;

/// <summary>Somebody with an account, who acts through the SDK.</summary>
internal sealed class Friend : IDisposable
{
    private readonly HongyanApi _api;

    private Friend(HongyanApi api, Me me) => (_api, Me) = (api, me);

    public Me Me { get; }
    public string Handle => Me.Handle;
    public string Name => Me.Name;

    public static string NewHandle() => $"g{Guid.NewGuid():N}"[..16];

    public static async Task<Friend> RegisterAsync(Uri server, string name)
    {
        var api = new HongyanApi(server);
        var device = new Contracts.Accounts.Device("test", DeviceKind.Bot);
        var signedIn = await api.RegisterAsync(
            new RegisterRequest(NewHandle(), name, Device.Password, device),
            TestContext.Current.CancellationToken
        );
        return new Friend(api, signedIn.Me);
    }

    /// <summary>Makes the two contacts.</summary>
    /// <returns>Their conversation.</returns>
    public async Task<ConversationId> BefriendAsync(Friend other)
    {
        var cancel = TestContext.Current.CancellationToken;
        var request = await _api.RequestContactAsync(new SendContactRequest(other.Me.Id), cancel);
        await other._api.AcceptAsync(request.Id, cancel);
        return (await _api.OpenDirectAsync(other.Me.Id, cancel)).Id;
    }

    /// <summary>The devices that are signed in.</summary>
    public async Task<IReadOnlyList<string>> DevicesAsync() =>
        [
            .. (await _api.SessionsAsync(cancellationToken: TestContext.Current.CancellationToken)).Items.Select(
                session => session.Device.Name
            ),
        ];

    public Task RemoveAsync(Friend other) =>
        _api.RemoveContactAsync(other.Me.Id, TestContext.Current.CancellationToken);

    /// <summary>Asks to become a contact, and no more.</summary>
    public Task AskAsync(Friend other, string greeting) =>
        _api.RequestContactAsync(new SendContactRequest(other.Me.Id, greeting), TestContext.Current.CancellationToken);

    public Task SendAsync(ConversationId conversation, string text) =>
        _api.SendAsync(
            conversation,
            new SendMessageRequest(_api.Clock.NewId(), new TextBody(text)),
            TestContext.Current.CancellationToken
        );

    /// <summary>Sends many messages; those that are sent at once come in any order.</summary>
    public Task SendManyAsync(ConversationId conversation, int count, int atOnce, Func<int, string> text) =>
        Parallel.ForAsync(
            0,
            count,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = atOnce,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (i, _) => await SendAsync(conversation, text(i))
        );

    public void Dispose() => _api.Dispose();
}
