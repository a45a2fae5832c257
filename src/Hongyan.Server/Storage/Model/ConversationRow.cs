using Hongyan.Contracts.Conversations;

namespace Hongyan.Server.Storage.Model;

/// <summary>A conversation. Its counters are those of its last message and last change; they are stored nowhere else.</summary>
internal sealed class ConversationRow
{
    public required long Id { get; init; }
    public required ConversationKind Kind { get; init; }

    /// <summary>The group's name; empty for the other kinds.</summary>
    public required string Title { get; set; }

    /// <summary>What makes a direct or notes conversation the only one of its kind; see <see cref="UniqueKey"/>.</summary>
    public string? UniqueKey { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>The key of the only direct conversation between two people.</summary>
    public static string DirectKey(long a, long b) => $"d:{Math.Min(a, b)}:{Math.Max(a, b)}";

    /// <summary>The key of a person's own notes.</summary>
    public static string NotesKey(long user) => $"n:{user}";
}
