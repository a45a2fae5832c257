using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>Renders changes of contact requests.</summary>
internal sealed class RequestRenderer : IPersonalRenderer
{
    public IReadOnlyCollection<PersonalKind> Kinds => [PersonalKind.Request];

    public async Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    )
    {
        var rows = await RequestReader
            .Of(db, user)
            .Where(request => keys.Contains(request.Id))
            .ToListAsync(cancellationToken);
        var requests = await RequestReader.RenderAsync(db, user, rows, cancellationToken);
        return requests.ToDictionary(
            request => request.Id.Value,
            PersonalChange (request) => new RequestChanged(request)
        );
    }
}
