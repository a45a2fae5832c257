using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Privacy;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Contacts;

/// <summary>Reads contact requests as one of the two sees them.</summary>
internal static class RequestReader
{
    /// <summary>The requests a person has sent or received.</summary>
    public static IQueryable<ContactRequestRow> Of(HongyanDb db, UserId user) =>
        db.ContactRequests.AsNoTracking().Where(request => request.FromId == user.Value || request.ToId == user.Value);

    /// <summary>The rows as the person sees them, in their order.</summary>
    public static async Task<IReadOnlyList<ContactRequest>> RenderAsync(
        HongyanDb db,
        UserId user,
        IReadOnlyCollection<ContactRequestRow> rows,
        CancellationToken cancellationToken
    )
    {
        var others = rows.Select(row => OtherOf(row, user)).Distinct().ToList();
        var people = await People.ReadAsync(db, others, cancellationToken);
        return [.. rows.Select(row => Render(row, user, people[OtherOf(row, user)]))];
    }

    private static ContactRequest Render(ContactRequestRow row, UserId user, Person other)
    {
        var isIncoming = row.ToId == user.Value;
        var state = ContactRules.Shown(row.State, isIncoming);
        return new ContactRequest
        {
            Id = new ContactRequestId(row.Id),
            // Somebody one has declined is a stranger again, whose picture could not be fetched.
            Person = state == ContactRequestState.Declined ? other with { Avatar = null } : other,
            IsIncoming = isIncoming,
            Greeting = row.Greeting,
            State = state,
            SentAt = row.SentAt,
        };
    }

    private static long OtherOf(ContactRequestRow row, UserId user) => row.ToId == user.Value ? row.FromId : row.ToId;
}
