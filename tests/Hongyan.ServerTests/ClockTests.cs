using Hongyan.Client;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

/// <summary>A server whose clock jumps: the order, the numbers and what is known of retries do not depend on it.</summary>
public sealed class ClockTests(Servers servers)
{
    private static readonly TimeSpan[] Offsets =
    [
        TimeSpan.Zero,
        TimeSpan.FromHours(3),
        TimeSpan.FromHours(-5),
        TimeSpan.FromDays(2),
        TimeSpan.FromHours(-20),
        TimeSpan.FromSeconds(1),
    ];

    [Theory, CombinatorialStores]
    public async Task Clock_ThatJumpsBothWays_ChangesNoAnswer_AndNoOrder(Store store)
    {
        var clock = new JumpingClock();
        await using var server = await TestServer.StartAsync(
            servers.NewFolder(),
            await servers.NewStoreAsync(store),
            services => services.AddSingleton<TimeProvider>(clock)
        );
        var people = await servers.PeopleAsync(server, 2);
        var chat = await people[0].BefriendAsync(people[1]);
        await using var line = await people[0].ConnectAsync(new ConnectionOptions { KeepsFrames = false }, Token);
        var acks = new List<Ack>();
        foreach (var offset in Offsets)
        {
            clock.Offset = offset;
            for (var i = 0; i < 5; i++)
            {
                // One that was made yesterday comes between those that were made now.
                var id =
                    i == 2 ? Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddDays(-1)) : Guid.CreateVersion7();
                acks.Add(await line.SendAsync(chat, id, new TextBody(id.ToString()), Token));
            }

            foreach (var ack in acks)
            {
                var again = await line.SendAsync(chat, ack.ClientId, new TextBody(ack.ClientId.ToString()), Token);
                Assert.Equal((ack.Seq, ack.Pts), (again.Seq, again.Pts));
            }
        }

        var page = await people[1].Api.HistoryAsync(chat, after: 0, limit: 200, cancellationToken: Token);
        Assert.Equal(
            acks.Select(ack => (ack.Seq, ack.ClientId)),
            page.Messages.Skip(1).Select(message => (message.Seq, message.ClientId))
        );
        Assert.Equal(
            Enumerable.Range(1, acks.Count + 1).Select(i => (long)i),
            page.Messages.Select(message => message.Seq)
        );
    }

    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
