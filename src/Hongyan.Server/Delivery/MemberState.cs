using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.Server.Delivery;

/// <summary>A member as the sequencer knows them. Read and changed under the slot's lock.</summary>
internal sealed class MemberState(StoredMember stored)
{
    public UserId User { get; } = stored.User;
    public MemberRole Role { get; set; } = stored.Role;
    public long JoinedAt { get; } = stored.JoinedAt;
    public long JoinedSeq { get; } = stored.JoinedSeq;
    public long ReadSeq { get; set; } = stored.ReadSeq;
    public long DeliveredSeq { get; set; } = stored.DeliveredSeq;

    public MemberWrite ToWrite(bool hasLeft = false) =>
        new(User, Role, JoinedAt, JoinedSeq, ReadSeq, DeliveredSeq, hasLeft);
}
