using Hongyan.Client;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load;
using Hongyan.Server.Delivery;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.Snapshots;

/// <summary>
/// Three people with a connected device each. Ann and Bob are friends with a conversation, and so are Bob and Cat; Bob
/// owns a group of the three. Ann and Cat are not friends.
/// </summary>
internal sealed class Company : IAsyncDisposable
{
    private readonly SessionHub _hub;

    private Company(Person[] people, ConversationId chat, ConversationId group, LiveDevice[] devices, SessionHub hub)
    {
        _hub = hub;
        (Ann, Bob, Cat) = (people[0], people[1], people[2]);
        (Chat, Group) = (chat, group);
        (AnnsDevice, BobsDevice, CatsDevice) = (devices[0], devices[1], devices[2]);
    }

    public Person Ann { get; }
    public Person Bob { get; }
    public Person Cat { get; }

    /// <summary>The direct conversation of Ann and Bob.</summary>
    public ConversationId Chat { get; }

    public ConversationId Group { get; }

    public LiveDevice AnnsDevice { get; }
    public LiveDevice BobsDevice { get; }
    public LiveDevice CatsDevice { get; }

    public LiveDevice[] Devices => [AnnsDevice, BobsDevice, CatsDevice];

    public static async Task<Company> GatherAsync(Servers servers, Store store)
    {
        var people = await servers.PeopleAsync(store, 3);
        var chat = await people[0].BefriendAsync(people[1]);
        await people[1].BefriendAsync(people[2]);
        await people[1].SendAsync(chat, "before anybody was connected");
        var group = await people[1]
            .Api.CreateGroupAsync(
                new CreateGroupRequest(Guid.CreateVersion7(), "Geese", [people[0].Id, people[2].Id]),
                Token
            );
        var devices = new List<LiveDevice>();
        foreach (var person in people)
        {
            devices.Add(await LiveDevice.StartAsync(person, "live"));
        }

        var server = await servers.SharedAsync(store);
        return new Company(people, chat, group.Id, [.. devices], server.Services.GetRequiredService<SessionHub>());
    }

    public static Task<ContactRequest> AskAsync(Person from, Person to, string greeting = "") =>
        from.Api.RequestContactAsync(new SendContactRequest(to.Id, greeting), Token);

    /// <summary>Sends from a person's connected device, through its outbox.</summary>
    public static async Task WriteAsync(LiveDevice device, ConversationId conversation, string text)
    {
        var id = await device.Client.SendAsync(conversation, new TextBody(text), Token);
        await device.UntilAsync(
            $"the end of {text}",
            change => change is SendSucceeded { Item.ClientId: var sent } && sent == id
        );
    }

    /// <summary>Closes every device's socket, as a restarting server does; the devices come back by themselves.</summary>
    public void CutLines()
    {
        foreach (var device in Devices)
        {
            _hub.CloseSession(device.Session, CloseCode.ServiceRestart);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in Devices)
        {
            await device.DisposeAsync();
        }
    }
}
