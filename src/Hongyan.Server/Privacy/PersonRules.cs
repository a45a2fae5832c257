using Hongyan.Contracts.Contacts;

namespace Hongyan.Server.Privacy;

/// <summary>What one may see of a person. Decided from facts alone.</summary>
internal static class PersonRules
{
    /// <summary>Whether the person exists for the one who asks, when they come with an id.</summary>
    public static bool CanSeePerson(PersonFacts facts) =>
        facts.IsSelf
        || facts.IsContact
        || facts.Sent is not null
        || facts.Received is not null
        || facts.SharesConversation;

    /// <summary>Whether region and signature are shown: to friends.</summary>
    public static bool CanSeeProfile(PersonFacts facts) => facts.IsSelf || facts.IsContact;

    /// <summary>How the person stands to the one who asks.</summary>
    public static Relation RelationOf(PersonFacts facts) =>
        facts.IsSelf ? Relation.Self
        : facts.IsContact ? Relation.Contact
        : facts.Received is not null ? Relation.Waiting
        : facts.Sent is not null ? Relation.Requested
        : Relation.None;

    /// <summary>
    /// The person's card. Somebody found by handle alone has no picture on it: it could not be fetched either.
    /// </summary>
    public static PersonDetails CardOf(PersonFacts facts)
    {
        var relation = RelationOf(facts);
        var showsProfile = CanSeeProfile(facts);
        return new PersonDetails
        {
            Person = CanSeePerson(facts) ? facts.Person : facts.Person with { Avatar = null },
            Region = showsProfile ? facts.Region : "",
            Signature = showsProfile ? facts.Signature : "",
            Relation = relation,
            Request = relation switch
            {
                Relation.Waiting => facts.Received,
                Relation.Requested => facts.Sent,
                _ => null,
            },
        };
    }
}
