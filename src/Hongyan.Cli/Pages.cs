using Hongyan.Contracts;

namespace Hongyan.Cli;

/// <summary>Lists that come in pages.</summary>
internal static class Pages
{
    /// <summary>All rows, page by page.</summary>
    public static async Task<List<T>> AllAsync<T>(Func<string?, Task<Page<T>>> fetch)
    {
        var rows = new List<T>();
        string? after = null;
        do
        {
            var page = await fetch(after);
            rows.AddRange(page.Items);
            after = page.Next;
        } while (after is not null);

        return rows;
    }
}
