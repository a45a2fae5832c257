using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// Where messages become durable. A commit is all or nothing, is on disk when the call returns, and succeeds only for
/// the one who holds the slots it writes to.
/// </summary>
internal interface IMessageLog
{
    /// <summary>How many commits can run side by side; slots are spread over them, so a slot's commits never overlap.</summary>
    int WriterCount { get; }

    /// <summary>
    /// Whether sends become durable in one place, an append log, and everything else in another, the tables. Then a batch
    /// holds either <see cref="LogWrite.IsSend"/>s or other things, never both, and marks are committed by a writer of
    /// their own, beside the rest.
    /// </summary>
    bool HasAppendLog { get; }

    /// <summary>Takes all slots for this process by raising their epochs. Waits for commits of earlier owners to end.</summary>
    /// <returns>The epoch of each slot, by slot.</returns>
    Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Reads a conversation's counters and members; null when there is none.</summary>
    Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken);

    /// <summary>Finds what a client id was used for by this sender, whenever that was; null when it was not.</summary>
    Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a batch, in its order. On return each write's <see cref="LogWrite.PersonalPts"/> is filled in.
    /// </summary>
    /// <exception cref="FencedException">Another process has taken a slot of the batch. Nothing was written.</exception>
    /// <exception cref="LogConflictException">A number or client id is in use already, or the store refuses a write for good. Nothing was written.</exception>
    Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken);

    /// <summary>
    /// After a commit that failed: finds out whether one would succeed now, by writing something of no consequence. Once
    /// it returns, what that commit may have left half done is decided, one way or the other.
    /// </summary>
    /// <exception cref="FencedException">Another process has taken the slots.</exception>
    /// <param name="epochs">The epoch this process holds for each slot, by slot.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task ProbeAsync(long[] epochs, CancellationToken cancellationToken);

    /// <summary>
    /// Everybody who has client ids that carry a later time than <paramref name="since"/>, and the latest such time, in
    /// Unix milliseconds.
    /// </summary>
    Task<IReadOnlyList<(UserId Sender, long Latest)>> LatestClientIdsAsync(
        long since,
        CancellationToken cancellationToken
    );

    /// <summary>Puts things in order after the last commit. Nothing is lost without it.</summary>
    Task CloseAsync();
}
