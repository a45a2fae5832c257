using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Conversations;

/// <summary>One's own read marks in the personal log. A conversation that was left has none.</summary>
internal sealed class ReadRenderer : IPersonalRenderer
{
    public IReadOnlyCollection<PersonalKind> Kinds => [PersonalKind.Read];

    public async Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    ) =>
        await db
            .Members.Where(member =>
                member.UserId == user.Value && !member.HasLeft && keys.Contains(member.ConversationId)
            )
            .Select(member => new { member.ConversationId, member.ReadSeq })
            .ToDictionaryAsync(
                mark => mark.ConversationId,
                PersonalChange (mark) => new ReadMoved(new ConversationId(mark.ConversationId), mark.ReadSeq),
                cancellationToken
            );
}
