using System.Globalization;
using Hongyan.Contracts;
using Hongyan.Contracts.Contacts;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>One's contacts from A to Z, with those that begin with no letter last.</summary>
internal static class ListContacts
{
    private const string Last = "1";

    public static void MapListContacts(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/contacts", HandleAsync)
            .WithRule(AccessRule.SignedIn)
            .WithName("ListContacts")
            .WithSummary("One's contacts from A to Z, with those that begin with no letter last.");

    private static async Task<Results<Ok<Page<Contact>>, ProblemResult>> HandleAsync(
        CurrentUser me,
        HongyanDb db,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        if (!PageLimit.TryRead(limit, out var count))
        {
            return Problems.InvalidField(nameof(limit));
        }

        var contacts = ContactReader.Of(db, me.Id);
        if (after is not null)
        {
            if (
                !Cursor.TryRead(after, 3, out string[] key)
                || !long.TryParse(key[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            )
            {
                return Problems.InvalidField(nameof(after));
            }

            contacts = After(contacts, key[0] == Last ? 1 : 0, key[1], id);
        }

        var rows = await contacts
            .OrderBy(row => row.Account.Initial == NameOrder.Other ? 1 : 0)
            .ThenBy(row => row.Account.SortKey)
            .ThenBy(row => row.Account.Id)
            .Take(count + 1)
            .ToContacts()
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(PageLimit.Of(rows, count, contact => contact, CursorOf));
    }

#pragma warning disable CA1309 // becomes a comparison in SQL, where the column's collation is ordinal
    private static IQueryable<ContactWithAccount> After(
        IQueryable<ContactWithAccount> contacts,
        int group,
        string sortKey,
        long id
    ) =>
        contacts.Where(row =>
            (row.Account.Initial == NameOrder.Other ? 1 : 0) > group
            || (
                (row.Account.Initial == NameOrder.Other ? 1 : 0) == group
                && (
                    string.Compare(row.Account.SortKey, sortKey) > 0
                    || (row.Account.SortKey == sortKey && row.Account.Id > id)
                )
            )
        );
#pragma warning restore CA1309

    private static string CursorOf(Contact contact) =>
        Cursor.Of(
            contact.Initial == NameOrder.Other ? Last : "0",
            contact.SortKey,
            contact.Person.Id.Value.ToString(CultureInfo.InvariantCulture)
        );
}
