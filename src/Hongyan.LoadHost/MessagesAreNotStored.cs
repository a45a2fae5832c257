using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;
using Microsoft.Extensions.DependencyInjection;

namespace Hongyan.LoadHost;

/// <summary>
/// A log that forgets messages and writes the rest: what the path costs without its store. It breaks the promise of
/// every acknowledgement, which is why it is not part of the server.
/// </summary>
internal sealed class MessagesAreNotStored(IMessageLog log) : IMessageLog
{
    public int WriterCount => log.WriterCount;

    public bool HasAppendLog => log.HasAppendLog;

    /// <summary>Puts it in front of the server's own log.</summary>
    public static void Replace(IServiceCollection services)
    {
        var own = services.Last(service => service.ServiceType == typeof(IMessageLog));
        services.AddSingleton<IMessageLog>(provider => new MessagesAreNotStored(
            (IMessageLog)(
                own.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, own.ImplementationType!)
            )
        ));
    }

    public Task<long[]> TakeSlotsAsync(string owner, CancellationToken cancellationToken) =>
        log.TakeSlotsAsync(owner, cancellationToken);

    public Task<StoredConversation?> LoadAsync(ConversationId conversation, CancellationToken cancellationToken) =>
        log.LoadAsync(conversation, cancellationToken);

    public Task<StoredSend?> FindSendAsync(UserId sender, Guid clientId, CancellationToken cancellationToken) =>
        log.FindSendAsync(sender, clientId, cancellationToken);

    public Task CommitAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        batch.Writes.All(write => write.IsSend)
            ? Task.CompletedTask
            : log.CommitAsync(
                batch with
                {
                    Writes = [.. batch.Writes.Where(write => !write.IsSend)],
                },
                cancellationToken
            );

    public Task ProbeAsync(long[] epochs, CancellationToken cancellationToken) =>
        log.ProbeAsync(epochs, cancellationToken);

    public Task<IReadOnlyList<(UserId Sender, long Latest)>> LatestClientIdsAsync(
        long since,
        CancellationToken cancellationToken
    ) => log.LatestClientIdsAsync(since, cancellationToken);

    public Task CloseAsync() => log.CloseAsync();
}
