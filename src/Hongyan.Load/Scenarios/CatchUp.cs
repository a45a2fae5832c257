using System.Diagnostics;
using Hongyan.Client;
using Hongyan.Contracts.Messages;

namespace Hongyan.Load.Scenarios;

/// <summary>A device that missed 1,000 messages comes back: how long until it has them all.</summary>
internal static class CatchUp
{
    private const int Missed = 1_000;

    public static async Task<IReadOnlyList<Figures>> RunAsync(ScenarioContext context)
    {
        var people = await Person.RegisterAsync(context.Server.Address, context.Handler, 2, context.CancellationToken);
        var conversation = await people[0].BefriendAsync(people[1], context.CancellationToken);
        var options = new ConnectionOptions { KeepsFrames = false };
        await using var sender = await people[0].ConnectAsync(options, context.CancellationToken);
        var runs = new List<Figures>();
        for (var run = 0; run < context.Runs; run++)
        {
            var since = (await people[1].Api.ConversationAsync(conversation, context.CancellationToken)).Pts;
            await Task.WhenAll(
                Enumerable
                    .Range(0, Missed)
                    .Select(i =>
                        sender.SendAsync(
                            conversation,
                            Guid.CreateVersion7(),
                            new TextBody($"message {i}"),
                            context.CancellationToken
                        )
                    )
            );
            var clock = Stopwatch.StartNew();
            await using var device = await people[1].ConnectAsync(options, context.CancellationToken);
            var received = 0;
            var isComplete = false;
            while (!isComplete)
            {
                var difference = await device.DifferenceAsync(
                    conversation,
                    since,
                    cancellationToken: context.CancellationToken
                );
                (received, since, isComplete) = (
                    received + difference.Messages.Count,
                    difference.Pts,
                    difference.IsComplete
                );
            }

            runs.Add([
                new("catch_up_ms", clock.Elapsed.TotalMilliseconds),
                new("messages", received),
                new("lost", Missed - received),
            ]);
        }

        return runs;
    }
}
