using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hongyan.UnitTests.Delivery;

public sealed class SequencerCheckTests
{
    [Fact]
    public async Task Check_BeforeTheSlotsAreHeld_IsUnhealthy()
    {
        using var harness = new SequencerHarness(new FakeLog());

        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(harness));
    }

    [Fact]
    public async Task Check_FollowsTheSequencer_FromStartToStop()
    {
        await using var harness = await SequencerHarness.StartAsync(new FakeLog());

        Assert.Equal(HealthStatus.Healthy, await StatusAsync(harness));
        await harness.Sequencer.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(harness));
    }

    [Fact]
    public async Task Check_OnceFenced_IsUnhealthy()
    {
        var chat = new ConversationId(1);
        var ann = new UserId(1);
        var log = new FakeLog { BeforeCommit = () => throw new FencedException("Taken.") };
        log.Seed(chat, ConversationKind.Notes, ann);
        await using var harness = await SequencerHarness.StartAsync(log);

        await harness.SendAsync(ann, chat, harness.NewId(), "hello");

        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(harness));
    }

    private static async Task<HealthStatus> StatusAsync(SequencerHarness harness) =>
        (
            await new SequencerCheck(harness.Sequencer).CheckHealthAsync(
                new HealthCheckContext(),
                TestContext.Current.CancellationToken
            )
        ).Status;
}
