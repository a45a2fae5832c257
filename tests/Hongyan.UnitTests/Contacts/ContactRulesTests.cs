using Hongyan.Contracts.Contacts;
using Hongyan.Server.Contacts;
using Xunit;
using static Hongyan.Contracts.Contacts.ContactRequestState;

namespace Hongyan.UnitTests.Contacts;

public sealed class ContactRulesTests
{
    [Theory]
    [InlineData(null, null, AskOutcome.New)]
    [InlineData(Accepted, null, AskOutcome.New)]
    [InlineData(Accepted, Accepted, AskOutcome.New)]
    [InlineData(Pending, null, AskOutcome.Renewed)]
    [InlineData(Pending, Accepted, AskOutcome.Renewed)]
    [InlineData(null, Pending, AskOutcome.Contacts)]
    [InlineData(Pending, Pending, AskOutcome.Contacts)]
    internal void Ask_FollowsFromWhatIsOpen(
        ContactRequestState? mine,
        ContactRequestState? theirs,
        AskOutcome expected
    ) => Assert.Equal(expected, ContactRules.Ask(areContacts: false, mine, theirs));

    [Fact]
    public void Ask_AfterADecline_GoesAsIfNothingHadHappened()
    {
        Assert.Equal(
            ContactRules.Ask(areContacts: false, Pending, null),
            ContactRules.Ask(areContacts: false, Declined, null)
        );
        Assert.Equal(
            ContactRules.Ask(areContacts: false, null, Pending),
            ContactRules.Ask(areContacts: false, null, Declined)
        );
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(Pending, Pending)]
    [InlineData(Accepted, Accepted)]
    public void Ask_BetweenContacts_IsRefused(ContactRequestState? mine, ContactRequestState? theirs) =>
        Assert.Equal(AskOutcome.AlreadyContacts, ContactRules.Ask(areContacts: true, mine, theirs));

    [Theory]
    [InlineData(Pending, false, AnswerOutcome.Answered)]
    [InlineData(Accepted, true, AnswerOutcome.Repeated)]
    [InlineData(Accepted, false, AnswerOutcome.Closed)]
    [InlineData(Declined, false, AnswerOutcome.Closed)]
    internal void Accept_IsARetryOnlyWhileItHolds(
        ContactRequestState state,
        bool areContacts,
        AnswerOutcome expected
    ) => Assert.Equal(expected, ContactRules.Accept(state, areContacts));

    [Theory]
    [InlineData(Pending, AnswerOutcome.Answered)]
    [InlineData(Declined, AnswerOutcome.Repeated)]
    [InlineData(Accepted, AnswerOutcome.Closed)]
    internal void Decline_CannotUndoAnAcceptance(ContactRequestState state, AnswerOutcome expected) =>
        Assert.Equal(expected, ContactRules.Decline(state));

    [Theory]
    [InlineData(Declined, false, Pending)]
    [InlineData(Declined, true, Declined)]
    [InlineData(Pending, false, Pending)]
    [InlineData(Accepted, false, Accepted)]
    public void Shown_ADecline_OnlyToWhoDeclined(
        ContactRequestState state,
        bool isIncoming,
        ContactRequestState expected
    ) => Assert.Equal(expected, ContactRules.Shown(state, isIncoming));
}
