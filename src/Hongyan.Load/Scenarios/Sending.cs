using System.Diagnostics;
using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Load.Scenarios;

/// <summary>Senders that keep a number of messages in flight for a time.</summary>
internal static class Sending
{
    /// <summary>120 bytes, as the peers were measured with.</summary>
    private static readonly TextBody Body = new(new string('x', 120));

    /// <summary>Sends as fast as acknowledgements come back, or at a rate.</summary>
    /// <param name="choose">Who sends where next.</param>
    /// <param name="inFlight">How many are under way at once.</param>
    /// <param name="perSecond">Messages a second; as many as possible when null.</param>
    /// <param name="context">How long, and until when.</param>
    /// <param name="ledger">Gets what was acknowledged.</param>
    /// <param name="latencies">Gets the times.</param>
    /// <returns>Messages acknowledged a second.</returns>
    public static async Task<double> RunAsync(
        Func<int, (HongyanConnection Connection, ConversationId Conversation)> choose,
        int inFlight,
        double? perSecond,
        ScenarioContext context,
        Ledger ledger,
        Latencies latencies
    )
    {
        var clock = Stopwatch.StartNew();
        var before = ledger.Count;
        var turn = -1;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(SendAsync, context.CancellationToken)));
        return (ledger.Count - before) / clock.Elapsed.TotalSeconds;

        async Task SendAsync()
        {
            while (clock.Elapsed < context.Duration)
            {
                var number = Interlocked.Increment(ref turn);
                var due = perSecond is { } rate ? TimeSpan.FromSeconds(number / rate) : clock.Elapsed;
                if (due - clock.Elapsed is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, context.CancellationToken);
                }

                var (connection, conversation) = choose(number);

                // From when it was due, so that a stall is seen by all who waited through it.
                var started = perSecond is null ? clock.Elapsed : due;
                var ack = await connection.SendAsync(
                    conversation,
                    Guid.CreateVersion7(),
                    Body,
                    context.CancellationToken
                );
                latencies.Add(clock.Elapsed - started);
                ledger.Add(ack);
            }
        }
    }
}
