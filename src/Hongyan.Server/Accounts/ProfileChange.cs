using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Hongyan.Server.Accounts;

/// <summary>Changes what is shown of a person, and lets their own devices and their contacts know.</summary>
internal sealed class ProfileChange(HongyanDb db, PersonalFeed feed)
{
    /// <summary>Changes columns of the account.</summary>
    /// <param name="alongside">What else belongs to the change, run in the same transaction after the account.</param>
    public async Task<Me> ApplyAsync(
        UserId user,
        Action<UpdateSettersBuilder<Account>> change,
        Func<CancellationToken, Task>? alongside,
        CancellationToken cancellationToken
    )
    {
        var (me, entries) = await db.WriteAsync(
            async token =>
            {
                await db.Users.Where(row => row.Id == user.Value).ExecuteUpdateAsync(change, token);
                if (alongside is not null)
                {
                    await alongside(token);
                }

                var account = await db.Users.AsNoTracking().SingleAsync(row => row.Id == user.Value, token);
                var friends = await db
                    .Contacts.Where(contact => contact.OtherId == user.Value)
                    .Select(contact => contact.OwnerId)
                    .ToListAsync(token);
                var keys = friends
                    .Select(friend => new PersonalKey(friend, PersonalKind.Contact, user.Value))
                    .Prepend(new PersonalKey(user.Value, PersonalKind.Me, user.Value));
                return (account.ToMe(), await PersonalLog.AppendAsync(db, keys, token));
            },
            cancellationToken
        );
        feed.Publish(entries);
        return me;
    }
}
