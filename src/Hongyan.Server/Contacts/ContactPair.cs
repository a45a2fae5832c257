using Hongyan.Contracts.Contacts;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>All there is between two people, held for the length of a transaction.</summary>
internal sealed class ContactPair
{
    private readonly HongyanDb _db;
    private readonly long _me;
    private readonly long _other;

    private ContactPair(HongyanDb db, long me, long other) => (_db, _me, _other) = (db, me, other);

    public bool AreContacts { get; private set; }

    /// <summary>The last request from me to the other, and from the other to me.</summary>
    public ContactRequestRow? Mine { get; private set; }

    /// <inheritdoc cref="Mine"/>
    public ContactRequestRow? Theirs { get; private set; }

    /// <summary>The direct conversation of the two, if there is one.</summary>
    public long? Conversation { get; private set; }

    /// <summary>Reads it inside a write, and keeps others from changing it until the end of the write.</summary>
    public static async Task<ContactPair> HoldAsync(
        HongyanDb db,
        long me,
        long other,
        CancellationToken cancellationToken
    )
    {
        if (db.Database.IsNpgsql())
        {
            // There may be no row yet to lock, so the pair itself is locked. Two pairs with one hash only wait in vain.
            var pair = LockKey(me, other);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({pair})", cancellationToken);
        }

        var key = ConversationRow.DirectKey(me, other);
        return new ContactPair(db, me, other)
        {
            AreContacts = await db.Contacts.AnyAsync(
                contact => contact.OwnerId == me && contact.OtherId == other,
                cancellationToken
            ),
            Mine = await LastAsync(db, me, other, cancellationToken),
            Theirs = await LastAsync(db, other, me, cancellationToken),
            Conversation = await db
                .Conversations.Where(conversation => conversation.UniqueKey == key)
                .Select(conversation => (long?)conversation.Id)
                .SingleOrDefaultAsync(cancellationToken),
        };
    }

    /// <summary>Makes the two contacts, closes what was open between them, and tells both.</summary>
    public Task<IReadOnlyList<PersonalEntry>> BefriendAsync(long now, CancellationToken cancellationToken)
    {
        _db.Contacts.Add(NewContact(_me, _other, now));
        _db.Contacts.Add(NewContact(_other, _me, now));
        var keys = ChangedForBoth();
        foreach (var request in new[] { Mine, Theirs })
        {
            if (request is { State: not ContactRequestState.Accepted })
            {
                request.State = ContactRequestState.Accepted;
                keys.Add(new PersonalKey(_me, PersonalKind.Request, request.Id));
                keys.Add(new PersonalKey(_other, PersonalKind.Request, request.Id));
            }
        }

        return PersonalLog.AppendAsync(_db, keys, cancellationToken);
    }

    /// <summary>Ends it, and tells both.</summary>
    public async Task<IReadOnlyList<PersonalEntry>> PartAsync(CancellationToken cancellationToken)
    {
        await _db
            .Contacts.Where(contact =>
                (contact.OwnerId == _me && contact.OtherId == _other)
                || (contact.OwnerId == _other && contact.OtherId == _me)
            )
            .ExecuteDeleteAsync(cancellationToken);
        return await PersonalLog.AppendAsync(_db, ChangedForBoth(), cancellationToken);
    }

    /// <summary>The contact itself, and the right to write in the conversation, if there is one.</summary>
    private List<PersonalKey> ChangedForBoth()
    {
        List<PersonalKey> keys = [new(_me, PersonalKind.Contact, _other), new(_other, PersonalKind.Contact, _me)];
        if (Conversation is { } conversation)
        {
            keys.Add(new PersonalKey(_me, PersonalKind.Conversation, conversation));
            keys.Add(new PersonalKey(_other, PersonalKind.Conversation, conversation));
        }

        return keys;
    }

    private static ContactRow NewContact(long owner, long other, long now) =>
        new()
        {
            OwnerId = owner,
            OtherId = other,
            Since = now,
        };

    private static Task<ContactRequestRow?> LastAsync(
        HongyanDb db,
        long from,
        long to,
        CancellationToken cancellationToken
    ) =>
        db
            .ContactRequests.Where(request => request.FromId == from && request.ToId == to)
            .OrderByDescending(request => request.Id)
            .FirstOrDefaultAsync(cancellationToken);

    private static long LockKey(long one, long other) =>
        unchecked((Math.Min(one, other) * (long)0x9E3779B97F4A7C15UL) ^ Math.Max(one, other));
}
