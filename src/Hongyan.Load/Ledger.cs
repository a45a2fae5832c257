using System.Collections.Concurrent;
using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Load;

/// <summary>What the server acknowledged, to be held against what it has.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<ConversationId, ConcurrentBag<(Guid ClientId, long Seq)>> _acknowledged =
        new();

    public int Count => _acknowledged.Values.Sum(acks => acks.Count);

    public void Add(Ack ack) => _acknowledged.GetOrAdd(ack.Conversation, _ => []).Add((ack.ClientId, ack.Seq));

    /// <summary>Reads every conversation from its first message on and counts what should not be.</summary>
    /// <param name="reader">Somebody in the conversation.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Faults> CheckAsync(Func<ConversationId, HongyanApi> reader, CancellationToken cancellationToken)
    {
        var faults = new Faults(0, 0, 0);
        foreach (var (conversation, acks) in _acknowledged)
        {
            var stored = await ReadAsync(reader(conversation), conversation, cancellationToken);
            faults += Compare(acks, stored);
        }

        return faults;
    }

    internal static Faults Compare(IEnumerable<(Guid ClientId, long Seq)> acks, IReadOnlyList<Message> stored)
    {
        var places = stored.ToLookup(message => message.ClientId, message => message.Seq);
        var lost = 0;
        var misplaced = 0;
        foreach (var (clientId, seq) in acks)
        {
            lost += places[clientId].Any() ? 0 : 1;
            misplaced += places[clientId].Any() && !places[clientId].Contains(seq) ? 1 : 0;
        }

        var gaps = stored.Where((message, index) => message.Seq != index + 1).Count();
        return new Faults(lost, places.Count(place => place.Count() > 1), misplaced + gaps);
    }

    private static async Task<List<Message>> ReadAsync(
        HongyanApi api,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var messages = new List<Message>();
        while (true)
        {
            var page = await api.HistoryAsync(
                conversation,
                after: messages.Count == 0 ? 0 : messages[^1].Seq,
                limit: Contracts.Limits.PageSize,
                cancellationToken: cancellationToken
            );
            messages.AddRange(page.Messages);
            if (!page.HasMore)
            {
                return messages;
            }
        }
    }
}

/// <summary>What must all be 0.</summary>
/// <param name="Lost">Acknowledged, and not there.</param>
/// <param name="Doubled">There more than once.</param>
/// <param name="Reordered">At another place than acknowledged, or after a gap.</param>
internal readonly record struct Faults(int Lost, int Doubled, int Reordered)
{
    public static Faults operator +(Faults left, Faults right) =>
        new(left.Lost + right.Lost, left.Doubled + right.Doubled, left.Reordered + right.Reordered);
}
