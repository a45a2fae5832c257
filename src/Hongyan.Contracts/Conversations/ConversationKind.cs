using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Conversations;

/// <summary>What sort of conversation it is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConversationKind>))]
public enum ConversationKind
{
    /// <summary>Two people.</summary>
    [JsonStringEnumMemberName("direct")]
    Direct,

    /// <summary>Several people, with a name.</summary>
    [JsonStringEnumMemberName("group")]
    Group,

    /// <summary>One's own notes on every device (File Transfer).</summary>
    [JsonStringEnumMemberName("notes")]
    Notes,
}
