using Hongyan.Contracts.Contacts;

namespace Hongyan.Server.Storage.Model;

/// <summary>A request to become contacts. At most one is open from one person to another.</summary>
internal sealed class ContactRequestRow
{
    public required long Id { get; init; }
    public required long FromId { get; init; }
    public required long ToId { get; init; }
    public required string Greeting { get; set; }
    public required ContactRequestState State { get; set; }
    public required long SentAt { get; set; }
}
