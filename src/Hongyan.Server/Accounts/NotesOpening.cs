using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;

namespace Hongyan.Server.Accounts;

/// <summary>Sees to it that a person has the conversation for their own notes.</summary>
internal sealed partial class NotesOpening(ConversationOpener opener, ILogger<NotesOpening> logger)
{
    /// <summary>Makes it when it is missing. A failure is only logged: the next sign-in tries again.</summary>
    public async Task EnsureAsync(UserId user, CancellationToken cancellationToken)
    {
        var (_, error) = await opener.EnsureNotesAsync(user, cancellationToken);
        if (error is not null)
        {
            LogFailed(logger, user.Value, error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The notes of user {UserId} could not be made: {Error}")]
    private static partial void LogFailed(ILogger logger, long userId, string error);
}
