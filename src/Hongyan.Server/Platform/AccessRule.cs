namespace Hongyan.Server.Platform;

/// <summary>Who may use an endpoint. The table of all endpoints with their rules is docs/security.md.</summary>
internal enum AccessRule
{
    /// <summary>Anybody, signed in or not.</summary>
    Anonymous,

    /// <summary>Anybody signed in.</summary>
    SignedIn,

    /// <summary>Anybody signed in, for what is their own; what is somebody else's is not found.</summary>
    Self,

    /// <summary>Who may see the person: oneself, contacts, the two of an open request, members of a common conversation.</summary>
    Acquaintance,

    /// <summary>The person's contacts.</summary>
    Contact,

    /// <summary>Whom the contact request was sent to.</summary>
    Recipient,

    /// <summary>Those who are in the conversation now.</summary>
    Member,

    /// <summary>The owner of the group.</summary>
    Owner,

    /// <summary>Whoever runs the server: callers on the same machine, or with the operator's secret.</summary>
    Operator,
}
