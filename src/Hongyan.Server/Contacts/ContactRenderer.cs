using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Sync;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>Renders changes of contacts: there, or not there any more.</summary>
internal sealed class ContactRenderer : IPersonalRenderer
{
    public IReadOnlyCollection<PersonalKind> Kinds => [PersonalKind.Contact];

    public async Task<IReadOnlyDictionary<long, PersonalChange>> RenderAsync(
        HongyanDb db,
        UserId user,
        PersonalKind kind,
        IReadOnlyCollection<long> keys,
        CancellationToken cancellationToken
    )
    {
        var contacts = await ContactReader
            .Of(db, user)
            .Where(row => keys.Contains(row.Contact.OtherId))
            .ToContacts()
            .ToDictionaryAsync(contact => contact.Person.Id.Value, cancellationToken);
        return keys.ToDictionary(
            key => key,
            PersonalChange (key) =>
                contacts.TryGetValue(key, out var contact)
                    ? new ContactChanged(contact)
                    : new ContactRemoved(new UserId(key))
        );
    }
}
