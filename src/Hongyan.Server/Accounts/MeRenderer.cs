using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Accounts;

/// <summary>Renders changes of one's own profile.</summary>
internal sealed class MeRenderer : IPersonalRenderer
{
    public IReadOnlyCollection<PersonalKind> Kinds => [PersonalKind.Me];

    public async Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    )
    {
        var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == user.Value, cancellationToken);
        return keys.ToDictionary(key => key, PersonalChange (_) => new MeChanged(account.ToMe()));
    }
}
