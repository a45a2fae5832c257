using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Contracts.Sync;

/// <summary>
/// What has changed in a conversation since a change counter: each changed message once, in its present state, in the
/// order of <see cref="Message.Pts"/>.
/// </summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Messages">The changed messages, by rising <see cref="Message.Pts"/>.</param>
/// <param name="Pts">The counter these changes bring a client to.</param>
/// <param name="IsComplete">Whether that is the present; otherwise ask again from <paramref name="Pts"/>.</param>
public sealed record ConversationDifference(
    ConversationId Conversation,
    IReadOnlyList<Message> Messages,
    long Pts,
    bool IsComplete
);
