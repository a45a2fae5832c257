using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Platform;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Delivery;

public sealed class SendLimitsTests
{
    private static readonly UserId Me = new(1);
    private readonly FakeTimeProvider _time = new();
    private readonly SendLimits _limits;

    public SendLimitsTests() =>
        _limits = new SendLimits(
            Options.Create(
                new LimitsOptions
                {
                    SendPerUser = new TokenBucket(burst: 8, perMinute: 120),
                    SendPerSession = new TokenBucket(burst: 5, perMinute: 60),
                    RequestPerSession = new TokenBucket(burst: 3, perMinute: 60),
                }
            ),
            _time
        );

    [Fact]
    public void Take_WithinTheBurst_GoesOn_AndThenSaysHowLongToWait()
    {
        long session = 0;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(0, _limits.Take(Me, ref session));
        }

        Assert.Equal(1000, _limits.Take(Me, ref session));
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(600, _limits.Take(Me, ref session));
        _time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal(0, _limits.Take(Me, ref session));
        Assert.Equal(1000, _limits.Take(Me, ref session));
    }

    [Fact]
    public void Take_OfSeveralSessions_IsBoundByThePerson()
    {
        long one = 0;
        long other = 0;
        var taken = Enumerable.Range(0, 5).Count(_ => _limits.Take(Me, ref one) == 0);
        taken += Enumerable.Range(0, 5).Count(_ => _limits.Take(Me, ref other) == 0);

        Assert.Equal(8, taken);
        Assert.Equal(500, _limits.Take(Me, ref other));
        Assert.Equal(500, _limits.Take(Me));
    }

    [Fact]
    public void TakeRequest_BeyondTheBurst_WaitsForItsTurn()
    {
        long session = 0;

        var waits = Enumerable.Range(0, 5).Select(_ => _limits.TakeRequest(ref session)).ToList();

        Assert.Equal([0, 0, 0, 1000, 2000], waits);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, _limits.TakeRequest(ref session));
    }

    [Fact]
    public void Take_ThatIsRefused_CostsNothing()
    {
        long session = 0;
        while (_limits.Take(Me, ref session) == 0) { }

        for (var i = 0; i < 100; i++)
        {
            Assert.NotEqual(0, _limits.Take(Me, ref session));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _limits.Take(Me, ref session));
    }

    [Fact]
    public void Take_OfOnePerson_DoesNotLimitAnother()
    {
        while (_limits.Take(Me) == 0) { }

        Assert.Equal(0, _limits.Take(new UserId(2)));
    }

    [Fact]
    public void Take_AfterALongPause_HasTheBurstAgain_AndNoMore()
    {
        long session = 0;
        while (_limits.Take(Me, ref session) == 0) { }

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => _limits.Take(Me, ref session) == 0));
    }

    [Fact]
    public void Take_OfManyPeople_KeepsCountOfThoseWhoAreOverIt()
    {
        while (_limits.Take(Me) == 0) { }

        for (var user = 2; user < 100_000; user++)
        {
            Assert.Equal(0, _limits.Take(new UserId(user)));
        }

        Assert.NotEqual(0, _limits.Take(Me));
    }
}
