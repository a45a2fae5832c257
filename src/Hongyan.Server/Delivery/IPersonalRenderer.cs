using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery;

/// <summary>Turns entries of a personal log into what they stand for now. Each slice knows its own kinds.</summary>
internal interface IPersonalRenderer
{
    /// <summary>The kinds this renderer knows.</summary>
    IReadOnlyCollection<PersonalKind> Kinds { get; }

    /// <summary>
    /// Reads the present state of a person's things.
    /// </summary>
    /// <returns>The state by key; a key that is left out has nothing to show, and is skipped.</returns>
    Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    );
}
