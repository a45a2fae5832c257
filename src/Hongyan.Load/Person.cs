using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;

namespace Hongyan.Load;

/// <summary>A made-up person with an account.</summary>
internal sealed class Person(HongyanApi api, SignedIn signedIn) : IDisposable
{
    internal const string Password = "wild-goose-letters-9";

    public HongyanApi Api => api;
    public UserId Id => signedIn.Me.Id;
    public string Handle => signedIn.Me.Handle;

    /// <summary>Registers people, some at a time.</summary>
    public static async Task<Person[]> RegisterAsync(
        Uri server,
        HttpMessageHandler handler,
        int count,
        CancellationToken cancellationToken
    )
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var people = new Person[count];
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var api = new HongyanApi(server, handler: new SharedPool(handler));
                var request = new RegisterRequest(
                    $"p{run}{i}",
                    $"Person {i}",
                    Password,
                    new Device("load", DeviceKind.Bot)
                );
                people[i] = new Person(api, await api.RegisterAsync(request, token));
            }
        );
        return people;
    }

    /// <summary>Makes two people contacts.</summary>
    public async Task<ConversationId> BefriendAsync(Person other, CancellationToken cancellationToken)
    {
        var request = await api.RequestContactAsync(new SendContactRequest(other.Id), cancellationToken);
        await other.Api.AcceptAsync(request.Id, cancellationToken);
        return (await api.OpenDirectAsync(other.Id, cancellationToken)).Id;
    }

    public async Task<HongyanConnection> ConnectAsync(ConnectionOptions options, CancellationToken cancellationToken) =>
        await HongyanConnection.ConnectAsync(
            api.Server,
            await api.AccessTokenAsync(cancellationToken: cancellationToken),
            options,
            cancellationToken
        );

    public void Dispose() => api.Dispose();
}
