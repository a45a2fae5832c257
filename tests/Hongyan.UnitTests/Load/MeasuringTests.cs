using System.Text.Json;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Load;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;

namespace Hongyan.UnitTests.Load;

/// <summary>Percentiles, medians, verdicts and the report.</summary>
public sealed class MeasuringTests
{
    [Fact]
    public void Percentile_IsWithinItsStep_OfTheExactOne()
    {
        var random = new Random(1);
        var times = new Latencies();
        var all = new List<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var us = (long)Math.Exp(random.NextDouble() * 15);
            all.Add(us);
            times.AddMicroseconds(us);
        }

        all.Sort();
        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = all[(int)Math.Ceiling(all.Count * share) - 1] / 1000.0;
            Assert.InRange(times.Percentile(share), exact, (exact * 1.016) + 0.001);
        }
    }

    [Fact]
    public void Percentile_OfNothing_IsNaN() => Assert.True(double.IsNaN(new Latencies().Percentile(0.5)));

    [Fact]
    public void Percentile_OfSeveralThreads_IsOfAllTheyCounted()
    {
        var (one, other) = (new Latencies(), new Latencies());
        one.AddMicroseconds(10);
        other.AddMicroseconds(20);
        other.AddMicroseconds(30);
        one.Add(other);

        Assert.Equal((3L, 0.02), (one.Count, one.Percentile(0.5)));
    }

    [Fact]
    public void Median_IsTheMiddleOne() =>
        Assert.Equal((2.0, 2.0), (new[] { 3.0, 1, 2 }.Median(), new[] { 4.0, 3, 2, 1 }.Median()));

    [Fact]
    public void ReceivedOrder_CountsEachFaultOnce()
    {
        var order = new ReceivedOrder(10);
        foreach (var pts in new[] { 11L, 12, 12, 15, 13, 16 })
        {
            order.See(pts);
        }

        order.End(18);

        // 12 twice; 13 late; 14, 17 and 18 never.
        Assert.Equal((1, 1, 3), (order.Doubled, order.Late, order.Missing));
    }

    [Fact]
    public void ReceivedOrder_AfterAResync_CountsWhatWasDropped_AndGoesOn()
    {
        var order = new ReceivedOrder(10);
        order.See(11);
        order.Resync();
        order.See(15);
        order.See(16);
        order.End(16);

        Assert.Equal((3L, 0, 0, 0), (order.Dropped, order.Missing, order.Doubled, order.Late));
    }

    [Fact]
    public void Ledger_NoticesWhatIsLostDoubledAndMisplaced()
    {
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        Message[] stored = [Stored(1, ids[0]), Stored(2, ids[1]), Stored(3, ids[1]), Stored(5, ids[3])];

        var faults = Ledger.Compare([(ids[0], 1), (ids[1], 2), (ids[2], 3), (ids[3], 4)], stored);

        // The third is not there; the second is there twice; the fourth is elsewhere, after a gap.
        Assert.Equal(new Faults(1, 1, 2), faults);
    }

    [Fact]
    public void SendLog_CountsAcknowledgedMessages_ThatWereNotFound()
    {
        var log = new SendLog();
        for (var i = 0; i < 40_000; i++)
        {
            log[log.Add(0, 0)].Seq = i % 2;
        }

        log[39_999].Found = 1;

        Assert.Equal(19_999, log.CountNotFound());
    }

    [Fact]
    public void Ratio_IsOneAtTheLimit_WhetherMoreIsBetterOrLess()
    {
        var more = Any with { Value = 50, Limit = 100 };
        var less = Any with { Value = 10, Limit = 5, Unit = "ms" };

        Assert.Equal((0.5, 0.5), (more.Ratio, less.Ratio));
    }

    [Fact]
    public void Target_LooksAtValueAndRatio()
    {
        Assert.True(new Target(50, 0.5).IsMetBy(Any with { Value = 50, Limit = 100 }));
        Assert.False(new Target(50, 0.6).IsMetBy(Any with { Value = 50, Limit = 100 }));
        Assert.True(new Target(10).IsMetBy(Any with { Value = 10, Unit = "ms" }));
        Assert.False(new Target(10).IsMetBy(Any with { Value = 11, Unit = "KB/connection" }));
        Assert.False(new Target(Ratio: 0.5).IsMetBy(Any with { Limit = null }));
    }

    [Fact]
    public void Json_HasEveryField_AndNullForWhatWasNotMeasured()
    {
        using var json = JsonDocument.Parse(
            Report.Json(Any with { Extra = [("connections", 7), ("odd", double.NaN)] })
        );

        string[] names = [.. json.RootElement.EnumerateObject().Select(field => field.Name)];
        Assert.Equal(
            [
                "scenario",
                "store",
                "value",
                "unit",
                "limit",
                "limit_name",
                "ratio",
                "ack_p50_ms",
                "ack_p99_ms",
                "server_cpu_us",
                "lost",
                "doubled",
                "reordered",
                "history_rows",
            ],
            names[..14]
        );
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("ack_p50_ms").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("odd").ValueKind);
        Assert.Equal(7, json.RootElement.GetProperty("connections").GetInt32());
    }

    [Fact]
    public void Report_SaysWhenTheMachineWasNotQuiet_AndWhenMessagesAreWrong()
    {
        using var output = new StringWriter();
        new Report(isJson: false, output).Print(Any with { OthersCpu = 0.25, Lost = 1, Target = new Target(1e6) });

        Assert.Contains("NOISY: other processes used 25", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("WRONG", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("NOT MET", output.ToString(), StringComparison.Ordinal);
    }

    private static Result Any =>
        new()
        {
            Scenario = "pairs",
            Store = "sqlite",
            Value = 1,
            Unit = "msg/s",
        };

    private static Message Stored(long seq, Guid clientId) =>
        new()
        {
            Conversation = new ConversationId(1),
            Seq = seq,
            Pts = seq,
            Sender = new UserId(1),
            ClientId = clientId,
            Body = new TextBody("x"),
            SentAt = 1,
        };
}
