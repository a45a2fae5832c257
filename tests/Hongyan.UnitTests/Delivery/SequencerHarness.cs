using System.Diagnostics.Metrics;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hongyan.UnitTests.Delivery;

/// <summary>A sequencer on a fake log, started, with nobody connected.</summary>
internal sealed class SequencerHarness : IAsyncDisposable, IHostApplicationLifetime, IMeterFactory
{
    /// <summary>So few are remembered that tests see what is forgotten.</summary>
    private const int FewSends = 64 * 2 * 8;

    private readonly SlotTable _slots = new();

    public SequencerHarness(
        FakeLog log,
        TimeProvider? time = null,
        DeliveryOptions? options = null,
        int recent = FewSends
    )
    {
        Log = log;
        Time = time ?? TimeProvider.System;
        var metrics = new DeliveryMetrics(this);
        var hub = new SessionHub(metrics);
        var feed = new PersonalFeed(hub, new PersonalRendering([]), new NoDb(), NullLogger<PersonalFeed>.Instance);
        Sequencer = new Sequencer(
            log,
            _slots,
            new RecentSends(Time, recent),
            new FanOut(_slots, hub, feed, metrics),
            options ?? new DeliveryOptions { Linger = TimeSpan.Zero },
            metrics,
            Time,
            this,
            NullLogger<Sequencer>.Instance
        );
    }

    public FakeLog Log { get; }
    public TimeProvider Time { get; }
    public Sequencer Sequencer { get; }
    public bool WasStopped { get; private set; }

    public CancellationToken ApplicationStarted => CancellationToken.None;
    public CancellationToken ApplicationStopping => CancellationToken.None;
    public CancellationToken ApplicationStopped => CancellationToken.None;

    public static async Task<SequencerHarness> StartAsync(
        FakeLog log,
        TimeProvider? time = null,
        DeliveryOptions? options = null,
        int recent = FewSends
    )
    {
        var harness = new SequencerHarness(log, time, options, recent);
        await harness.Sequencer.StartAsync("test", CancellationToken.None);
        return harness;
    }

    public async Task<SendOutcome> SendAsync(UserId sender, ConversationId conversation, Guid clientId, string text)
    {
        var send = new SendTask();
        await Sequencer.SendAsync(
            sender,
            null,
            conversation,
            clientId,
            new TextBody(text),
            send,
            CancellationToken.None
        );
        return await send.Task;
    }

    public Guid NewId() => Guid.CreateVersion7(Time.GetUtcNow());

    public void StopApplication() => WasStopped = true;

    public Meter Create(MeterOptions options) => new(options);

    public void Dispose() => _slots.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Sequencer.StopAsync();
        Dispose();
    }

    private sealed class NoDb : IDbContextFactory<HongyanDb>
    {
        public HongyanDb CreateDbContext() => throw new InvalidOperationException("Nobody is connected.");
    }
}
