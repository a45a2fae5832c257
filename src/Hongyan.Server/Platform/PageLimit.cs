using Hongyan.Contracts;

namespace Hongyan.Server.Platform;

/// <summary>How many rows a page may have.</summary>
internal static class PageLimit
{
    /// <summary>The rows a request asks for; <see cref="Limits.DefaultPageSize"/> when it does not say.</summary>
    /// <returns>False when that is none, or more than <see cref="Limits.PageSize"/>.</returns>
    public static bool TryRead(int? limit, out int rows)
    {
        rows = limit ?? Limits.DefaultPageSize;
        return rows is > 0 and <= Limits.PageSize;
    }

    /// <summary>
    /// A page from rows that were read with one more than asked for, which tells whether there is a next page.
    /// </summary>
    public static Page<TItem> Of<TRow, TItem>(
        IReadOnlyList<TRow> rows,
        int limit,
        Func<TRow, TItem> item,
        Func<TRow, string> cursor
    ) =>
        rows.Count > limit
            ? new Page<TItem> { Items = [.. rows.Take(limit).Select(item)], Next = cursor(rows[limit - 1]) }
            : new Page<TItem> { Items = [.. rows.Select(item)] };
}
