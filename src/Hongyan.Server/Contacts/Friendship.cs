using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Contacts;

/// <summary>
/// What follows once two have become contacts or are so no more: their direct conversation, and their devices. It is
/// carried through even if the caller goes away, because what it follows from is committed.
/// </summary>
internal sealed partial class Friendship(
    ConversationOpener opener,
    Sequencer sequencer,
    PersonalFeed feed,
    TimeProvider time,
    ILogger<Friendship> logger
)
{
    /// <summary>Opens the conversation of two new contacts with the words of the request, and tells their devices.</summary>
    public async Task BeganAsync(
        UserId accepter,
        UserId requester,
        string greeting,
        IReadOnlyList<PersonalEntry> entries
    )
    {
        var body = new BecameContactsBody(greeting, requester);
        string? error;
        if (await opener.FindDirectAsync(accepter, requester, CancellationToken.None) is { } existing)
        {
            await sequencer.RefreshAsync(existing, CancellationToken.None);
            var clientId = Guid.CreateVersion7(time.GetUtcNow());
            error = await sequencer.AnnounceAsync(existing, accepter, clientId, body, CancellationToken.None);
        }
        else
        {
            (_, error) = await opener.EnsureDirectAsync(accepter, requester, body, CancellationToken.None);
        }

        if (error is not null)
        {
            // They are contacts all the same, and opening the conversation makes it.
            LogNotOpened(logger, accepter.Value, requester.Value, error);
        }

        feed.Publish(entries);
    }

    /// <summary>
    /// Lets the conversation of the two be written in or not, as the store has it now, and tells their devices. A retry
    /// does so too, with nothing to tell: the first may have failed behind its commit.
    /// </summary>
    public async Task ChangedAsync(UserId one, UserId other, IReadOnlyList<PersonalEntry> entries)
    {
        // Looked for now, and not with the contact: it may have been made in between.
        if (await opener.FindDirectAsync(one, other, CancellationToken.None) is { } conversation)
        {
            await sequencer.RefreshAsync(conversation, CancellationToken.None);
        }

        feed.Publish(entries);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The conversation of the new contacts {Accepter} and {Requester} was not opened: {Error}"
    )]
    private static partial void LogNotOpened(ILogger logger, long accepter, long requester, string error);
}
