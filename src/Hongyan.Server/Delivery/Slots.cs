using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery;

/// <summary>The slots that conversations are spread over.</summary>
internal static class Slots
{
    public const int Count = 256;

    /// <summary>The slot of a conversation. Stored data depends on it: it never changes.</summary>
    public static int Of(ConversationId conversation)
    {
        // Fibonacci hashing: ids are time-ordered, and their low bits alone would be uneven.
        var hash = (ulong)conversation.Value * 0x9E3779B97F4A7C15UL;
        return (int)(hash >> 56);
    }
}
