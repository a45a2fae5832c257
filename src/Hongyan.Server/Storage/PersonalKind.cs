namespace Hongyan.Server.Storage;

/// <summary>The kinds of things in a personal log. The numbers are stored; never reuse one.</summary>
internal enum PersonalKind : short
{
    /// <summary>One's own profile. Key: one's own id.</summary>
    Me = 1,

    /// <summary>A contact, present or removed. Key: the other's id.</summary>
    Contact = 2,

    /// <summary>A contact request. Key: its id.</summary>
    Request = 3,

    /// <summary>A conversation one is or was a member of. Key: its id.</summary>
    Conversation = 4,

    /// <summary>One's own read mark. Key: the conversation's id.</summary>
    Read = 5,
}
