using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>
/// A conversation as the sequencer knows it: what is committed, plus what is on its way there. Read and changed under
/// the slot's lock.
/// </summary>
internal sealed class ConversationState
{
    private const int MinPlaces = 16;

    private readonly Dictionary<UserId, MemberState> _members;
    private readonly DeliveryOptions _options;
    private volatile bool _isVoid;

    /// <summary>Those who wait for a place; null when nobody does.</summary>
    private Queue<Turn>? _line;

    /// <summary>Places promised to those whose turn has come and who are not here yet.</summary>
    private int _called;

    public ConversationState(StoredConversation stored, DeliveryOptions options)
    {
        _options = options;
        Id = stored.Id;
        Kind = stored.Kind;
        Title = stored.Title;
        Seq = stored.Seq;
        Pts = stored.Pts;
        DurableSeq = stored.Seq;
        CanSend = stored.CanSend;
        _members = stored.Members.ToDictionary(member => member.User, member => new MemberState(member));
        Audience = [.. _members.Keys];
    }

    public ConversationId Id { get; }
    public ConversationKind Kind { get; }
    public string Title { get; set; }
    public long Seq { get; private set; }
    public long Pts { get; private set; }
    public bool CanSend { get; set; }

    /// <summary>Whether <see cref="CanSend"/> may have changed, and the store could not be asked: then it is asked first.</summary>
    public bool MustRefresh { get; set; }

    /// <summary>The last message that is committed.</summary>
    public long DurableSeq { get; set; }

    /// <summary>Everybody in it, as an array that is replaced and never changed: writes on their way keep theirs.</summary>
    public UserId[] Audience { get; private set; }

    public IReadOnlyCollection<MemberState> Members => _members.Values;

    /// <summary>Writes that are not committed yet; such a conversation stays in memory.</summary>
    public int Pending { get; set; }

    /// <summary>When it was last used, in milliseconds of <see cref="Environment.TickCount64"/>; the longest unused leaves memory first.</summary>
    public long LastUsed { get; set; }

    /// <summary>
    /// The most writes that may be under way. What keeps others waiting is the commit and then the deliveries, one after
    /// the other: a large group gets fewer places, and never so few that it does not come on.
    /// </summary>
    public int Places =>
        Math.Clamp(
            _options.MaxPendingDeliveries / Math.Max(1, Audience.Length),
            Math.Min(MinPlaces, _options.MaxPendingPerConversation),
            _options.MaxPendingPerConversation
        );

    /// <summary>Whether a write may be numbered now; otherwise it has to <see cref="LineUp"/>.</summary>
    /// <param name="turn">What it waited for here, if it did.</param>
    public bool TryEnter(Turn? turn)
    {
        if (turn is not null)
        {
            _called--;
            return true;
        }

        return _line is null && Pending + _called < Places;
    }

    /// <summary>Joins those who wait, first come, first served.</summary>
    public Turn LineUp()
    {
        var turn = new Turn(this);
        (_line ??= []).Enqueue(turn);
        return turn;
    }

    /// <summary>Lets in as many as there are places for. Whoever frees a place calls it.</summary>
    public void CallNext()
    {
        while (_line is { } line && Pending + _called < Places)
        {
            if (line.Dequeue().TrySetResult())
            {
                _called++;
            }

            if (line.Count == 0)
            {
                _line = null;
            }
        }
    }

    /// <summary>Does without a turn, come or not.</summary>
    public void GiveUp(Turn turn)
    {
        // Cancelled ones stay in the line and are passed over.
        if (!turn.TrySetCanceled())
        {
            _called--;
            CallNext();
        }
    }

    /// <summary>
    /// Whether a write that it counts was not committed. Then it never came to be, and all writes that were numbered
    /// from it after that one are void too. Set by the slot's writer alone.
    /// </summary>
    public bool IsVoid => _isVoid;

    public void Void() => _isVoid = true;

    public MemberState? Find(UserId user) => _members.GetValueOrDefault(user);

    /// <summary>Takes the next number and the next change count, for a new message.</summary>
    public (long Seq, long Pts) Append() => (++Seq, ++Pts);

    public void Remove(UserId user)
    {
        _members.Remove(user);
        Audience = [.. _members.Keys];
    }
}

/// <summary>Ends when a write to a conversation that has as many under way as it may gets a place.</summary>
internal sealed class Turn(ConversationState state)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ConversationState State => state;
}
