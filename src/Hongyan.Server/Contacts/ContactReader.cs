using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;

namespace Hongyan.Server.Contacts;

/// <summary>Reads contacts as their owner sees them.</summary>
internal static class ContactReader
{
    /// <summary>A person's contacts with their accounts, to be narrowed and ordered.</summary>
    public static IQueryable<ContactWithAccount> Of(HongyanDb db, UserId owner) =>
        db
            .Contacts.Where(contact => contact.OwnerId == owner.Value)
            .Join(
                db.Users,
                contact => contact.OtherId,
                account => account.Id,
                (contact, account) => new ContactWithAccount { Contact = contact, Account = account }
            );

    public static IQueryable<Contact> ToContacts(this IQueryable<ContactWithAccount> rows) =>
        rows.Select(row => new Contact
        {
            Person = new Person
            {
                Id = new UserId(row.Account.Id),
                Handle = row.Account.UserName!,
                Name = row.Account.Name,
                Avatar = row.Account.Avatar,
            },
            Region = row.Account.Region,
            Signature = row.Account.Signature,
            Initial = row.Account.Initial,
            SortKey = row.Account.SortKey,
            Since = row.Contact.Since,
        });
}

/// <summary>A contact's row and account, inside a query.</summary>
internal sealed class ContactWithAccount
{
    public required ContactRow Contact { get; init; }
    public required Account Account { get; init; }
}
