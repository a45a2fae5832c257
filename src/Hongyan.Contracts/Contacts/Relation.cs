using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Contacts;

/// <summary>How a person stands to the one who asks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Relation>))]
public enum Relation
{
    /// <summary>Nothing between the two.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It is oneself.</summary>
    [JsonStringEnumMemberName("self")]
    Self,

    /// <summary>They are contacts.</summary>
    [JsonStringEnumMemberName("contact")]
    Contact,

    /// <summary>The one who asks has sent a request that is open.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    /// <summary>The other has sent a request that waits for an answer.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,
}
