using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load;

namespace Hongyan.ServerTests.Infrastructure;

internal static class Extensions
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<HongyanConnection> ConnectAsync(this Person person) =>
        person.ConnectAsync(new ConnectionOptions(), Token);

    public static Task<ConversationId> BefriendAsync(this Person person, Person other) =>
        person.BefriendAsync(other, Token);

    /// <summary>Waits for the next pushed frame of a kind; others before it are passed over.</summary>
    public static async Task<T> NextAsync<T>(this HongyanConnection connection, Func<T, bool>? isWanted = null)
        where T : ServerFrame
    {
        await foreach (var frame in connection.Frames.ReadAllAsync(Token))
        {
            if (frame is T wanted && isWanted?.Invoke(wanted) != false)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException($"The connection ended with {await connection.Closed}.");
    }

    public static Task<MessageSent> SendAsync(this Person person, ConversationId conversation, string text) =>
        person.Api.SendAsync(conversation, new SendMessageRequest(person.Api.Clock.NewId(), new TextBody(text)), Token);

    public static async Task<string> RefusalAsync(this Task task) =>
        (await Assert.ThrowsAsync<HongyanException>(() => task)).Code;
}
