using System.Text.Json.Serialization;
using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Messages;

/// <summary>
/// What a message says, by <c>kind</c>. Clients send <see cref="TextBody"/>; the others are written by the server when
/// something happens, so that everybody sees it at the same place in the order. A client shows a kind it does not know
/// as "not supported here", and keeps it.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TextBody), TextBody.Kind)]
[JsonDerivedType(typeof(BecameContactsBody), BecameContactsBody.Kind)]
[JsonDerivedType(typeof(GroupCreatedBody), GroupCreatedBody.Kind)]
[JsonDerivedType(typeof(GroupRenamedBody), GroupRenamedBody.Kind)]
[JsonDerivedType(typeof(MemberLeftBody), MemberLeftBody.Kind)]
public abstract record MessageBody;

/// <summary>Text with emoji.</summary>
/// <param name="Text">1 to 10,000 UTF-16 code units, not only white space; no NUL and no lone surrogate.</param>
public sealed record TextBody(string Text) : MessageBody
{
    /// <summary>The discriminator on the wire.</summary>
    public const string Kind = "text";
}

/// <summary>The two people of a direct conversation became contacts; the sender is who accepted.</summary>
/// <param name="Greeting">The words of the request; may be empty.</param>
/// <param name="Requester">Who had asked, and said them.</param>
public sealed record BecameContactsBody(string Greeting, UserId Requester) : MessageBody
{
    /// <summary>The discriminator on the wire.</summary>
    public const string Kind = "became_contacts";
}

/// <summary>The sender made the group.</summary>
/// <param name="Title">Its first name.</param>
/// <param name="Members">Everybody in it, the sender included.</param>
public sealed record GroupCreatedBody(string Title, IReadOnlyList<UserId> Members) : MessageBody
{
    /// <summary>The discriminator on the wire.</summary>
    public const string Kind = "group_created";
}

/// <summary>The sender renamed the group.</summary>
/// <param name="Title">The new name.</param>
public sealed record GroupRenamedBody(string Title) : MessageBody
{
    /// <summary>The discriminator on the wire.</summary>
    public const string Kind = "group_renamed";
}

/// <summary>The sender left the group.</summary>
/// <param name="NewOwner">Who owns the group now, when the owner left.</param>
public sealed record MemberLeftBody(UserId? NewOwner = null) : MessageBody
{
    /// <summary>The discriminator on the wire.</summary>
    public const string Kind = "member_left";
}
