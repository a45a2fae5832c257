using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Conversations;

/// <summary>Opens the direct conversation with a contact; makes it when there is none yet.</summary>
/// <param name="User">The contact.</param>
public sealed record OpenDirectRequest(UserId User);

/// <summary>Makes a group. Idempotent by <paramref name="ClientId"/>.</summary>
/// <param name="ClientId">A UUID version 7 of the client's; a retry with the same one returns the first group.</param>
/// <param name="Title">The name, 1 to 64 characters.</param>
/// <param name="Members">The others, all contacts of one's own; oneself is added as the owner.</param>
public sealed record CreateGroupRequest(Guid ClientId, string Title, IReadOnlyList<UserId> Members);

/// <summary>Renames a group. Idempotent by <paramref name="ClientId"/>.</summary>
/// <param name="ClientId">A UUID version 7 of the client's.</param>
/// <param name="Title">The name, 1 to 64 characters.</param>
public sealed record RenameGroupRequest(Guid ClientId, string Title);
