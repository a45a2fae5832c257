using System.Runtime.InteropServices;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery;

/// <summary>
/// What a send is known by. Clients choose their ids, and a <see cref="Guid"/>'s own hash is such that many with the
/// same one are easily found; this one's depends on a secret of the process.
/// </summary>
internal readonly record struct SendKey(UserId Sender, Guid ClientId)
{
    public override int GetHashCode()
    {
        var clientId = ClientId;
        var halves = MemoryMarshal.Cast<Guid, long>(new ReadOnlySpan<Guid>(in clientId));
        return HashCode.Combine(Sender.Value, halves[0], halves[1]);
    }
}
