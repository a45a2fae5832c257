using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery;

/// <summary>A personal change with the count it was stamped with.</summary>
internal readonly record struct RenderedChange(long Pts, PersonalChange Change);

/// <summary>Renders personal log entries through the slices that know them.</summary>
internal sealed class PersonalRendering(IEnumerable<IPersonalRenderer> renderers)
{
    private readonly Dictionary<PersonalKind, IPersonalRenderer> _renderers = renderers
        .SelectMany(renderer => renderer.Kinds.Select(kind => (kind, renderer)))
        .ToDictionary(pair => pair.kind, pair => pair.renderer);

    /// <summary>The present state of the things, by rising count; things with nothing to show are left out.</summary>
    public async Task<IReadOnlyList<RenderedChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        IReadOnlyCollection<PersonalEntry> entries,
        CancellationToken cancellationToken
    )
    {
        var rendered = new List<RenderedChange>(entries.Count);
        foreach (var kind in entries.GroupBy(entry => entry.Kind))
        {
            if (!_renderers.TryGetValue(kind.Key, out var renderer))
            {
                continue;
            }

            var keys = kind.Select(entry => entry.Key).Distinct().ToList();
            var changes = await renderer.RenderAsync(db, user, kind.Key, keys, cancellationToken);
            foreach (var entry in kind)
            {
                if (changes.TryGetValue(entry.Key, out var change))
                {
                    rendered.Add(new RenderedChange(entry.Pts, change));
                }
            }
        }

        rendered.Sort((left, right) => left.Pts.CompareTo(right.Pts));
        return rendered;
    }
}
