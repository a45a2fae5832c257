using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Delivery;

/// <summary>What the message path does while its store takes no writes.</summary>
public sealed class StoreFailureTests
{
    private const int NoSpace = 28;
    private static readonly ConversationId Chat = new(1);
    private static readonly UserId Ann = new(1);

    [Fact]
    public async Task Sends_WhileTheStoreFails_AreRefusedWithoutBeingTried_UntilItIsWell_WithoutAnySend()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var commits = 0;
        var log = new FakeLog();
        log.Seed(Chat, ConversationKind.Notes, Ann);
        await using var harness = await SequencerHarness.StartAsync(log, time);
        log.NextFault = () => ++commits == 1 ? Fault.Before : Fault.None;
        log.Probe = () => Task.FromException(new IOException("No.", NoSpace));

        var failed = await harness.SendAsync(Ann, Chat, harness.NewId(), "one");
        var refused = await harness.SendAsync(Ann, Chat, harness.NewId(), "two");

        Assert.Equal((ErrorCode.StoreUnavailable, ErrorCode.StoreUnavailable), (failed.Error, refused.Error));
        Assert.Equal(1, commits);
        Assert.Equal((HealthStatus.Unhealthy, "The disk is full."), await CheckAsync(harness));

        var probed = new TaskCompletionSource();
        log.Probe = () =>
        {
            probed.TrySetResult();
            return Task.CompletedTask;
        };
        await AdvanceUntilAsync(time, () => harness.Sequencer.Failure is null);

        await probed.Task;
        Assert.Equal((HealthStatus.Healthy, null), await CheckAsync(harness));
        Assert.Equal(1, (await harness.SendAsync(Ann, Chat, harness.NewId(), "three")).Sent!.Seq);
    }

    [Fact]
    public async Task Send_OfWhatIsDurableAlready_IsAcknowledgedWhileTheStoreFails()
    {
        var log = new FakeLog();
        log.Seed(Chat, ConversationKind.Notes, Ann);
        await using var harness = await SequencerHarness.StartAsync(log);
        var id = harness.NewId();
        var sent = await harness.SendAsync(Ann, Chat, id, "one");
        log.NextFault = () => Fault.Before;
        log.Probe = () => Task.FromException(new IOException("No."));
        await harness.SendAsync(Ann, Chat, harness.NewId(), "two");

        Assert.NotNull(harness.Sequencer.Failure);
        Assert.Equal(sent.Sent, (await harness.SendAsync(Ann, Chat, id, "one")).Sent);
    }

    [Fact]
    public async Task Sends_WhileACommitDoesNotEnd_AreRefused_AndTakenWhenItHas()
    {
        var log = new FakeLog();
        log.Seed(Chat, ConversationKind.Notes, Ann);
        var options = new DeliveryOptions { Linger = TimeSpan.Zero, StallTimeout = TimeSpan.FromMilliseconds(1) };
        await using var harness = new SequencerHarness(log, options: options);
        await harness.Sequencer.StartAsync("test", CancellationToken.None);
        var end = new TaskCompletionSource();
        log.BeforeCommit = () => end.Task;

        var first = harness.SendAsync(Ann, Chat, harness.NewId(), "one");
        while (harness.Sequencer.Failure is null)
        {
            await Task.Yield();
        }

        Assert.Equal(ErrorCode.StoreUnavailable, (await harness.SendAsync(Ann, Chat, harness.NewId(), "two")).Error);
        Assert.Equal((HealthStatus.Unhealthy, "A commit does not end."), await CheckAsync(harness));
        end.SetResult();
        Assert.Equal(1, (await first).Sent!.Seq);
        while (harness.Sequencer.Failure is not null)
        {
            await Task.Yield();
        }

        Assert.Equal(2, (await harness.SendAsync(Ann, Chat, harness.NewId(), "three")).Sent!.Seq);
    }

    /// <summary>Lets time pass until something has come of it; a timer may be set only after the clock was moved.</summary>
    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition)
    {
        while (!condition())
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private static async Task<(HealthStatus, string?)> CheckAsync(SequencerHarness harness)
    {
        var result = await new SequencerCheck(harness.Sequencer).CheckHealthAsync(
            new HealthCheckContext(),
            TestContext.Current.CancellationToken
        );
        return (result.Status, result.Description);
    }
}
