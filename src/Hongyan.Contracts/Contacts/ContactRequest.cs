using System.Text.Json.Serialization;
using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Contacts;

/// <summary>A request to become contacts, as one of the two sees it.</summary>
public sealed record ContactRequest
{
    /// <summary>The request's id.</summary>
    public required ContactRequestId Id { get; init; }

    /// <summary>The other person: who sent it, if it came in; whom it went to, if it went out.</summary>
    public required Person Person { get; init; }

    /// <summary>Whether it came to the one who asks.</summary>
    public required bool IsIncoming { get; init; }

    /// <summary>The words that came with it; may be empty.</summary>
    public required string Greeting { get; init; }

    /// <summary>
    /// Where it stands. The sender of a declined request sees it as pending: a person who declines is not given away.
    /// </summary>
    public required ContactRequestState State { get; init; }

    /// <summary>When it was sent, in Unix milliseconds.</summary>
    public required long SentAt { get; init; }
}

/// <summary>Where a contact request stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContactRequestState>))]
public enum ContactRequestState
{
    /// <summary>It waits for an answer.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>The two are contacts through it.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>It was declined; only the one who declined sees this.</summary>
    [JsonStringEnumMemberName("declined")]
    Declined,
}
