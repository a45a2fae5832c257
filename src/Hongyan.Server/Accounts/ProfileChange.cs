using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Hongyan.Server.Accounts;

/// <summary>Changes what is shown of a person, and lets the devices know on which they are shown.</summary>
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
                var keys = await WatchersAsync(user.Value, token);
                return (account.ToMe(), await PersonalLog.AppendAsync(db, keys, token));
            },
            cancellationToken
        );
        feed.Publish(entries);
        return me;
    }

    /// <summary>
    /// Everything in which the person is shown: to contacts as a contact, which stands for all else that contacts see of
    /// them; to others in requests between the two, and in the conversation of two who are contacts no more.
    /// </summary>
    private async Task<List<PersonalKey>> WatchersAsync(long user, CancellationToken cancellationToken)
    {
        var contacts = db.Contacts.Where(contact => contact.OtherId == user).Select(contact => contact.OwnerId);
        var requests = await db
            .ContactRequests.Where(request => request.FromId == user || request.ToId == user)
            .Select(request => new { request.Id, Other = request.FromId == user ? request.ToId : request.FromId })
            .Where(request => !contacts.Contains(request.Other))
            .ToListAsync(cancellationToken);
        var parted = await (
            from mine in db.Members
            where mine.UserId == user
            join conversation in db.Conversations on mine.ConversationId equals conversation.Id
            where conversation.Kind == ConversationKind.Direct
            join theirs in db.Members on conversation.Id equals theirs.ConversationId
            where theirs.UserId != user && !contacts.Contains(theirs.UserId)
            select new { conversation.Id, Other = theirs.UserId }
        ).ToListAsync(cancellationToken);
        var friends = await contacts.ToListAsync(cancellationToken);
        return
        [
            new(user, PersonalKind.Me, user),
            .. friends.Select(friend => new PersonalKey(friend, PersonalKind.Contact, user)),
            .. requests.Select(request => new PersonalKey(request.Other, PersonalKind.Request, request.Id)),
            .. parted.Select(conversation => new PersonalKey(
                conversation.Other,
                PersonalKind.Conversation,
                conversation.Id
            )),
        ];
    }
}
