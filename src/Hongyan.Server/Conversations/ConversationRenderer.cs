using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Conversations;

/// <summary>Conversations in the personal log: as they are, or gone.</summary>
internal sealed class ConversationRenderer(MessageTail tails) : IPersonalRenderer
{
    public IReadOnlyCollection<PersonalKind> Kinds => [PersonalKind.Conversation];

    public async Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    )
    {
        var changes = keys.ToDictionary(
            key => key,
            PersonalChange (key) => new ConversationRemoved(new ConversationId(key))
        );
        foreach (var head in await HeadReader.OfAsync(db, tails, user, keys, cancellationToken))
        {
            changes[head.Id.Value] = new ConversationChanged(head);
        }

        return changes;
    }
}
