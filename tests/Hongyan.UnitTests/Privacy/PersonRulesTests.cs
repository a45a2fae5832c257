using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Privacy;
using Xunit;

namespace Hongyan.UnitTests.Privacy;

public sealed class PersonRulesTests
{
    private static readonly ContactRequestId Sent = new(7);
    private static readonly ContactRequestId Received = new(8);

    private static readonly PersonFacts Stranger = new()
    {
        Person = new Person
        {
            Id = new UserId(1),
            Handle = "ann",
            Name = "Ann",
            Avatar = "v1",
        },
        Region = "Here",
        Signature = "Hello",
        IsSelf = false,
        IsContact = false,
        SharesConversation = false,
    };

    private static readonly PersonFacts Self = Stranger with { IsSelf = true };
    private static readonly PersonFacts Friend = Stranger with { IsContact = true, SharesConversation = true };
    private static readonly PersonFacts Asked = Stranger with { Sent = Sent };
    private static readonly PersonFacts Asking = Stranger with { Received = Received };
    private static readonly PersonFacts Member = Stranger with { SharesConversation = true };

    [Fact]
    public void CanSeePerson_Stranger_IsFalse() => Assert.False(PersonRules.CanSeePerson(Stranger));

    [Fact]
    public void CanSeePerson_AnyTie_IsTrue() =>
        Assert.All([Self, Friend, Asked, Asking, Member], facts => Assert.True(PersonRules.CanSeePerson(facts)));

    [Fact]
    public void CanSeeProfile_OnlySelfAndContacts()
    {
        Assert.All([Self, Friend], facts => Assert.True(PersonRules.CanSeeProfile(facts)));
        Assert.All([Stranger, Asked, Asking, Member], facts => Assert.False(PersonRules.CanSeeProfile(facts)));
    }

    [Fact]
    public void CardOf_Stranger_HasNeitherPictureNorProfile()
    {
        var card = PersonRules.CardOf(Stranger);

        Assert.Equal(("ann", "Ann", null), (card.Person.Handle, card.Person.Name, card.Person.Avatar));
        Assert.Equal(("", "", Relation.None), (card.Region, card.Signature, card.Relation));
        Assert.Null(card.Request);
    }

    [Fact]
    public void CardOf_Friend_HasEverything()
    {
        var card = PersonRules.CardOf(Friend);

        Assert.Equal(("v1", "Here", "Hello"), (card.Person.Avatar, card.Region, card.Signature));
        Assert.Equal(Relation.Contact, card.Relation);
    }

    [Fact]
    public void CardOf_OpenRequest_NamesIt()
    {
        Assert.Equal(
            (Relation.Requested, Sent),
            (PersonRules.CardOf(Asked).Relation, PersonRules.CardOf(Asked).Request)
        );
        Assert.Equal(
            (Relation.Waiting, Received),
            (PersonRules.CardOf(Asking).Relation, PersonRules.CardOf(Asking).Request)
        );
    }

    [Fact]
    public void CardOf_Contact_NamesNoRequestOfOld() =>
        Assert.Null(PersonRules.CardOf(Friend with { Sent = Sent, Received = Received }).Request);
}
