using System.Collections.Concurrent;
using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;

namespace Hongyan.Load.Scenarios;

/// <summary>
/// Devices that receive. Most count messages without reading them, so that the generator does not become what is
/// measured; those that read check that each message follows the one before.
/// </summary>
internal sealed class Receivers
{
    private static readonly byte[] MessageFrame = "{\"t\":\"message\""u8.ToArray();
    private long _delivered;
    private int _outOfOrder;

    /// <summary>Messages that reached any of the devices.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>How many messages did not follow the one before, since the last call.</summary>
    public int TakeOutOfOrder() => Interlocked.Exchange(ref _outOfOrder, 0);

    /// <summary>Connects everybody.</summary>
    /// <param name="people">One device each.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="isReading">Whether the device at an index reads what it gets; all do when null.</param>
    public async Task<HongyanConnection[]> ConnectAsync(
        IReadOnlyList<Person> people,
        CancellationToken cancellationToken,
        Func<int, bool>? isReading = null
    )
    {
        var connections = new HongyanConnection[people.Count];
        await Parallel.ForAsync(
            0,
            people.Count,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var options =
                    isReading?.Invoke(i) ?? true
                        ? new ConnectionOptions
                        {
                            KeepsFrames = false,
                            OnFrame = NewReader(),
                            ReceiveBuffer = 4096,
                        }
                        : new ConnectionOptions
                        {
                            KeepsFrames = false,
                            OnRaw = Count,
                            ReceiveBuffer = 16 * 1024,
                        };
                connections[i] = await people[i].ConnectAsync(options, token);
            }
        );
        return connections;
    }

    public static async Task DisposeAsync(IEnumerable<HongyanConnection> connections) =>
        await Parallel.ForEachAsync(connections, async (connection, _) => await connection.DisposeAsync());

    private bool Count(ReadOnlySpan<byte> message)
    {
        var found = 0;
        for (
            var rest = message;
            rest.IndexOf(MessageFrame) is var at and >= 0;
            rest = rest[(at + MessageFrame.Length)..]
        )
        {
            found++;
        }

        Interlocked.Add(ref _delivered, found);
        return found > 0;
    }

    private Action<ServerFrame> NewReader()
    {
        var last = new ConcurrentDictionary<ConversationId, long>();
        return frame =>
        {
            var (conversation, pts) = frame switch
            {
                Pushed { Message: var message } => (message.Conversation, message.Pts),
                Ack ack => (ack.Conversation, ack.Pts),
                _ => default,
            };
            if (pts == 0)
            {
                return;
            }

            if (frame is Pushed)
            {
                Interlocked.Increment(ref _delivered);
            }

            if (last.TryGetValue(conversation, out var before) && pts != before + 1)
            {
                Interlocked.Increment(ref _outOfOrder);
            }

            last[conversation] = pts;
        };
    }
}
