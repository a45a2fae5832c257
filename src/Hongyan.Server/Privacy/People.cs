using System.Linq.Expressions;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Privacy;

/// <summary>Reads people, and what there is between them.</summary>
internal static class People
{
    /// <summary>What others see of an account, inside a query.</summary>
    public static readonly Expression<Func<Account, Person>> Of = account => new Person
    {
        Id = new UserId(account.Id),
        Handle = account.UserName!,
        Name = account.Name,
        Avatar = account.Avatar,
    };

    /// <summary>
    /// People by id, in one query; ids of nobody are left out. Whether the one who asks may see them is decided before.
    /// </summary>
    public static async Task<IReadOnlyDictionary<long, Person>> ReadAsync(
        HongyanDb db,
        IReadOnlyCollection<long> ids,
        CancellationToken cancellationToken
    ) =>
        ids.Count == 0
            ? new Dictionary<long, Person>()
            : await db
                .Users.Where(account => ids.Contains(account.Id))
                .Select(Of)
                .ToDictionaryAsync(person => person.Id.Value, cancellationToken);

    /// <summary>What there is between the one who asks and the person with this id; null when there is nobody.</summary>
    public static Task<PersonFacts?> ReadFactsAsync(
        HongyanDb db,
        UserId asker,
        UserId person,
        CancellationToken cancellationToken
    ) => ReadFactsAsync(db, asker, db.Users.Where(account => account.Id == person.Value), cancellationToken);

    /// <summary>The same for the person with this handle, which is in lower case.</summary>
    public static Task<PersonFacts?> ReadFactsAsync(
        HongyanDb db,
        UserId asker,
        string handle,
        CancellationToken cancellationToken
    )
    {
        var normalized = handle.ToUpperInvariant();
        return ReadFactsAsync(
            db,
            asker,
            db.Users.Where(account => account.NormalizedUserName == normalized),
            cancellationToken
        );
    }

    private static async Task<PersonFacts?> ReadFactsAsync(
        HongyanDb db,
        UserId asker,
        IQueryable<Account> person,
        CancellationToken cancellationToken
    )
    {
        var me = asker.Value;
        var row = await person
            .Select(account => new
            {
                account.Id,
                account.UserName,
                account.Name,
                account.Avatar,
                account.Region,
                account.Signature,
                IsContact = db.Contacts.Any(contact => contact.OwnerId == me && contact.OtherId == account.Id),
                Sent = db
                    .ContactRequests.Where(request =>
                        request.FromId == me
                        && request.ToId == account.Id
                        && request.State != ContactRequestState.Accepted
                    )
                    .Max(request => (long?)request.Id),
                Received = db
                    .ContactRequests.Where(request =>
                        request.FromId == account.Id
                        && request.ToId == me
                        && request.State == ContactRequestState.Pending
                    )
                    .Max(request => (long?)request.Id),
                SharesConversation = db.Members.Any(mine =>
                    mine.UserId == me
                    && !mine.HasLeft
                    && db.Members.Any(theirs =>
                        theirs.ConversationId == mine.ConversationId && theirs.UserId == account.Id
                    )
                ),
            })
            .SingleOrDefaultAsync(cancellationToken);
        return row is null
            ? null
            : new PersonFacts
            {
                Person = new Person
                {
                    Id = new UserId(row.Id),
                    Handle = row.UserName!,
                    Name = row.Name,
                    Avatar = row.Avatar,
                },
                Region = row.Region,
                Signature = row.Signature,
                IsSelf = row.Id == me,
                IsContact = row.IsContact,
                Sent = row.Sent is { } sent ? new ContactRequestId(sent) : null,
                Received = row.Received is { } received ? new ContactRequestId(received) : null,
                SharesConversation = row.SharesConversation,
            };
    }
}
