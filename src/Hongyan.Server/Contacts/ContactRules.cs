using Hongyan.Contracts.Contacts;

namespace Hongyan.Server.Contacts;

/// <summary>What comes of asking somebody to be a contact.</summary>
internal enum AskOutcome
{
    /// <summary>A new request is made.</summary>
    New,

    /// <summary>The one who asks has asked before, and that request gets the new words.</summary>
    Renewed,

    /// <summary>The other had asked too: they are contacts now.</summary>
    Contacts,

    /// <summary>They are contacts already.</summary>
    AlreadyContacts,
}

/// <summary>What comes of an answer to a request.</summary>
internal enum AnswerOutcome
{
    /// <summary>The answer counts.</summary>
    Answered,

    /// <summary>The same answer was given before, and still holds: a retry.</summary>
    Repeated,

    /// <summary>Another answer was given before, or what it led to is over.</summary>
    Closed,
}

/// <summary>The rules of becoming contacts.</summary>
internal static class ContactRules
{
    /// <summary>
    /// Judges a request. A declined one counts as open: whoever sent it does not know, and would learn it if asking
    /// again, or being asked back, went differently.
    /// </summary>
    /// <param name="areContacts">Whether the two are contacts.</param>
    /// <param name="mine">The state of the last request from the one who asks, if there is one.</param>
    /// <param name="theirs">The state of the last request from the other, if there is one.</param>
    public static AskOutcome Ask(bool areContacts, ContactRequestState? mine, ContactRequestState? theirs) =>
        areContacts ? AskOutcome.AlreadyContacts
        : IsOpen(theirs) ? AskOutcome.Contacts
        : IsOpen(mine) ? AskOutcome.Renewed
        : AskOutcome.New;

    /// <summary>Judges an acceptance.</summary>
    public static AnswerOutcome Accept(ContactRequestState state, bool areContacts) =>
        state switch
        {
            ContactRequestState.Pending => AnswerOutcome.Answered,
            ContactRequestState.Accepted when areContacts => AnswerOutcome.Repeated,
            _ => AnswerOutcome.Closed,
        };

    /// <summary>Judges a refusal.</summary>
    public static AnswerOutcome Decline(ContactRequestState state) =>
        state switch
        {
            ContactRequestState.Pending => AnswerOutcome.Answered,
            ContactRequestState.Declined => AnswerOutcome.Repeated,
            _ => AnswerOutcome.Closed,
        };

    /// <summary>The state as it is shown: a decline only to the one who declined.</summary>
    public static ContactRequestState Shown(ContactRequestState state, bool isIncoming) =>
        state == ContactRequestState.Declined && !isIncoming ? ContactRequestState.Pending : state;

    private static bool IsOpen(ContactRequestState? state) =>
        state is ContactRequestState.Pending or ContactRequestState.Declined;
}
