using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Conversations;

/// <summary>What a member may do in a conversation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberRole>))]
public enum MemberRole
{
    /// <summary>Reads and writes.</summary>
    [JsonStringEnumMemberName("member")]
    Member,

    /// <summary>Made the group, and may rename it.</summary>
    [JsonStringEnumMemberName("owner")]
    Owner,
}
