using Hongyan.Server.Platform;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class IdGeneratorTests
{
    [Fact]
    public void Draw_IsPositive_AndFollowsFromNothing()
    {
        var drawn = Enumerable.Range(0, 1000).Select(_ => IdGenerator.Draw()).ToList();

        Assert.All(drawn, id => Assert.True(id > 0));
        Assert.Equal(drawn.Count, drawn.Distinct().Count());
        // That all of so many are small, or in order, happens to nobody.
        Assert.Contains(drawn, id => id > long.MaxValue / 2);
        Assert.NotEqual(drawn.Order(), drawn);
    }

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_ManyAtOneInstant_AreUniqueAndRise()
    {
        var ids = new IdGenerator(new FakeTimeProvider(Start));

        var made = Enumerable.Range(0, 20_000).Select(_ => ids.Next()).ToList();

        Assert.Equal(made.Order().Distinct(), made);
        Assert.All(made, id => Assert.True(id > 0));
    }

    [Fact]
    public void Next_ClockSetBack_StillRises()
    {
        var time = new SettableTime { Now = Start };
        var ids = new IdGenerator(time);
        var before = ids.Next();

        time.Now = Start.AddHours(-1);

        Assert.True(ids.Next() > before);
    }

    [Fact]
    public void Next_LaterInstant_IsHigherAcrossProcesses()
    {
        var earlier = new IdGenerator(new FakeTimeProvider(Start)).Next();
        var later = new IdGenerator(new FakeTimeProvider(Start.AddMilliseconds(1))).Next();

        Assert.True(later > earlier);
    }

    [Fact]
    public void Next_InTheLastYear_IsPositive()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2094, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.True(new IdGenerator(time).Next() > 0);
    }

    [Fact]
    public void Next_FromManyThreads_AreUnique()
    {
        var ids = new IdGenerator(new FakeTimeProvider(Start));
        var made = new long[4][];

        Parallel.For(0, made.Length, i => made[i] = [.. Enumerable.Range(0, 5_000).Select(_ => ids.Next())]);

        Assert.Equal(20_000, made.SelectMany(part => part).Distinct().Count());
    }

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
