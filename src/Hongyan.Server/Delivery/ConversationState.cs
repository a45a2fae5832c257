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
    private readonly Dictionary<UserId, MemberState> _members;

    public ConversationState(StoredConversation stored)
    {
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

    /// <summary>The last message that is committed.</summary>
    public long DurableSeq { get; set; }

    /// <summary>Everybody in it, as an array that is replaced and never changed: writes on their way keep theirs.</summary>
    public UserId[] Audience { get; private set; }

    public IReadOnlyCollection<MemberState> Members => _members.Values;

    /// <summary>Writes that are not committed yet; such a conversation stays in memory.</summary>
    public int Pending { get; set; }

    /// <summary>When it was last used, in milliseconds of <see cref="Environment.TickCount64"/>; the longest unused leaves memory first.</summary>
    public long LastUsed { get; set; }

    public MemberState? Find(UserId user) => _members.GetValueOrDefault(user);

    /// <summary>Takes the next number and the next change count, for a new message.</summary>
    public (long Seq, long Pts) Append() => (++Seq, ++Pts);

    public void Remove(UserId user)
    {
        _members.Remove(user);
        Audience = [.. _members.Keys];
    }
}
