using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.ServerTests.Infrastructure;
using static Hongyan.ServerTests.Infrastructure.Extensions;
using Person = Hongyan.Load.Person;

namespace Hongyan.ServerTests.Security;

/// <summary>What a call is about: things that exist, or ids of nothing.</summary>
internal sealed record Target(string Person, string Handle, string Conversation, string Session, string Request)
{
    /// <summary>Well-formed names of things that do not exist.</summary>
    public static Target Absent() => new(Id(), $"absent{Guid.NewGuid():N}"[..24], Id(), Id(), Id());

    private static string Id() => $"{Random.Shared.NextInt64(1, long.MaxValue)}";
}

/// <summary>Who calls, with what they hold.</summary>
internal sealed record Caller(string? AccessToken, string? RefreshToken, string Handle);

/// <summary>
/// The actors of the table around one group and one person in it, made so that each stands in one relation only: the
/// owner made the group of contacts and has parted from them since.
/// </summary>
internal sealed class AccessWorld
{
    private readonly Dictionary<Actor, Caller> _callers = [];

    private AccessWorld(Target target) => Target = target;

    public Target Target { get; }

    public Caller this[Actor actor] => _callers[actor];

    public static async Task<AccessWorld> CreateAsync(Servers servers, TestServer server)
    {
        var people = await servers.PeopleAsync(server, 6);
        var (stranger, friend, former, member) = (people[0], people[1], people[2], people[3]);
        var (owner, person) = (people[4], people[5]);
        foreach (var other in new[] { former, member, person })
        {
            await owner.BefriendAsync(other);
        }

        var request = new CreateGroupRequest(Guid.CreateVersion7(), "Geese", [former.Id, member.Id, person.Id]);
        var group = await owner.Api.CreateGroupAsync(request, Token);
        await owner.SendAsync(group.Id, "for members only");
        await former.Api.LeaveGroupAsync(group.Id, Token);
        foreach (var other in new[] { former, member, person })
        {
            await owner.Api.RemoveContactAsync(other.Id, Token);
        }

        await friend.BefriendAsync(person);
        await person.Api.SetAvatarAsync(TestImages.Png(8, 8), "image/png", Token);
        var asked = await friend.Api.RequestContactAsync(new SendContactRequest(owner.Id), Token);
        using var second = new HongyanApi(server.Address);
        var session = (await second.SignInAsync(SignIn(owner), Token)).Session;
        using var third = new HongyanApi(server.Address);
        var revoked = await third.SignInAsync(SignIn(owner), Token);
        await owner.Api.RevokeSessionAsync(revoked.Session, Token);

        var target = new Target($"{person.Id}", person.Handle, $"{group.Id}", $"{session}", $"{asked.Id}");
        var world = new AccessWorld(target);
        world._callers[Actor.Nobody] = new Caller(null, null, stranger.Handle);
        world._callers[Actor.Stranger] = await CallerAsync(stranger);
        world._callers[Actor.Friend] = await CallerAsync(friend);
        world._callers[Actor.FormerMember] = await CallerAsync(former);
        world._callers[Actor.Member] = await CallerAsync(member);
        world._callers[Actor.Owner] = await CallerAsync(owner);
        world._callers[Actor.RevokedDevice] = new Caller(revoked.AccessToken, revoked.RefreshToken, owner.Handle);
        return world;
    }

    private static SignInRequest SignIn(Person person) =>
        new(person.Handle, Person.Password, new Device("another", DeviceKind.Phone));

    private static async Task<Caller> CallerAsync(Person person) =>
        new(
            await person.Api.AccessTokenAsync(cancellationToken: Token),
            (await person.Api.SessionAsync(Token))!.RefreshToken,
            person.Handle
        );
}
