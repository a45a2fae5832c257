using CsCheck;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

/// <summary>The memory of what was sent, against a log that knows everything and clients that lie about the time.</summary>
public sealed class RecentSendsTests
{
    private static readonly ConversationId Chat = new(100);
    private static readonly UserId Eve = new(3);

    [Fact]
    public void Retries_OfAnyAge_AreAnsweredWithTheFirstAnswer_WhateverTheClocksSay() =>
        Gen.Int[0, int.MaxValue].Sample(seed => new Story(seed).Run(), iter: 300, threads: 1);

    [Fact]
    public void Ids_DatedAheadOfTime_AreNotKept_AndCostOthersNothing()
    {
        const int capacity = 64 * 2 * 64; // so many that no part of it is full within the slack by chance
        var clock = new Clock();
        var recent = new RecentSends(clock, capacity);
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 20_000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            Commit(recent, Eve, Guid.CreateVersion7(clock.GetUtcNow().AddHours(23)), seq: i + 1);
        }

        Assert.InRange(recent.Count, 1, capacity);
        Assert.Equal(RecentStatus.Unknown, Enter(recent, Eve, Guid.CreateVersion7(clock.GetUtcNow())));
        AssertOthersAskNothing(recent, clock);
    }

    [Fact]
    public void FailedCommits_OfIdsDatedAheadOfTime_CostOthersNothing()
    {
        var clock = new Clock();
        var recent = new RecentSends(clock);
        clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 1_000; i++)
        {
            var id = Guid.CreateVersion7(clock.GetUtcNow().AddHours(23));
            recent.Enter(Eve, id, Chat, 1, new SendTask(), out var entry);
            recent.Fail(entry!, ErrorCode.StoreUnavailable);
        }

        AssertOthersAskNothing(recent, clock);
    }

    [Fact]
    public void Begin_WithIdsDatedAheadOfTimeInTheLog_CostsOthersNothing()
    {
        var clock = new Clock();
        var recent = new RecentSends(clock);
        recent.Begin();
        recent.NoteInLog(Eve, clock.GetUtcNow().AddHours(23).ToUnixTimeMilliseconds());
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(RecentStatus.Unknown, Enter(recent, Eve, Guid.CreateVersion7(clock.GetUtcNow())));
        AssertOthersAskNothing(recent, clock);
    }

    [Fact]
    public void Sends_OnTheirWay_AreKept_HoweverManyCome()
    {
        var clock = new Clock();
        var recent = new RecentSends(clock, capacity: 64 * 2 * 2);
        clock.Advance(TimeSpan.FromMinutes(1));
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        recent.Enter(Eve, id, Chat, 1, new SendTask(), out _);
        for (var i = 0; i < 5_000; i++)
        {
            Commit(recent, Eve, Guid.CreateVersion7(clock.GetUtcNow()), seq: i + 1);
        }

        Assert.Equal(RecentStatus.Known, Enter(recent, Eve, id));
    }

    /// <summary>People share places, which are drawn anew in every process: so nearly all of many.</summary>
    private static void AssertOthersAskNothing(RecentSends recent, Clock clock)
    {
        var asking = Enumerable
            .Range(1000, 100)
            .Count(user =>
                Enter(recent, new UserId(user), Guid.CreateVersion7(clock.GetUtcNow())) == RecentStatus.Unknown
            );
        Assert.InRange(asking, 0, 3);
    }

    private static RecentStatus Enter(RecentSends recent, UserId sender, Guid id) =>
        recent.Enter(sender, id, Chat, 1, new SendTask(), out _);

    private static void Commit(RecentSends recent, UserId sender, Guid id, long seq)
    {
        recent.Enter(sender, id, Chat, 1, new SendTask(), out var entry);
        recent.Settle(entry!, new StoredSend(Chat, seq, seq, 0, 1));
    }

    /// <summary>One run, which follows from the seed alone.</summary>
    private sealed class Story(int seed)
    {
        private const int Capacity = 64 * 2 * 2;

        private readonly Random _random = new(seed);
        private readonly Clock _clock = new();
        private readonly Dictionary<(UserId, Guid), StoredSend> _log = [];
        private RecentSends _recent = null!;
        private long _seq;

        public void Run()
        {
            Restart();
            for (var i = 0; i < 600; i++)
            {
                switch (_random.Next(40))
                {
                    case 0:
                        Restart();
                        break;
                    case 1:
                        _clock.Advance(TimeSpan.FromMinutes(_random.Next(30)));
                        break;
                    case 2:
                        _clock.Advance(TimeSpan.FromMinutes(-_random.Next(30)));
                        break;
                    case < 14 when _log.Count > 0:
                        var ((sender, id), first) = _log.ElementAt(_random.Next(_log.Count));
                        Send(sender, id, _random.Next(3) == 0 ? first.PayloadHash + 1 : first.PayloadHash);
                        break;
                    default:
                        _clock.Advance(TimeSpan.FromMilliseconds(_random.Next(3_000)));
                        Send(new UserId(_random.Next(1, 5)), NewId(), _random.Next(1, 4));
                        break;
                }

                Assert.InRange(_recent.Count, 0, Capacity + 64);
            }
        }

        private Guid NewId() =>
            Guid.CreateVersion7(
                _clock.GetUtcNow()
                    + _random.Next(5) switch
                    {
                        0 => TimeSpan.FromSeconds(_random.Next(24 * 3600)),
                        1 => TimeSpan.FromSeconds(-_random.Next(24 * 3600)),
                        2 => TimeSpan.FromMilliseconds(_random.Next(-5_000, 5_000)),
                        _ => TimeSpan.Zero,
                    }
            );

        private void Restart()
        {
            _recent = new RecentSends(_clock, Capacity);
            var since = _recent.Begin();
            foreach (var (sender, id) in _log.Keys)
            {
                if (RecentSends.TimeOf(id) is { } madeAt && madeAt > since)
                {
                    _recent.NoteInLog(sender, madeAt);
                }
            }
        }

        /// <summary>What the sequencer does, and what has to come of it.</summary>
        private void Send(UserId sender, Guid id, long hash)
        {
            var isInLog = _log.TryGetValue((sender, id), out var first);
            var observer = new SendTask();
            var status = _recent.Enter(sender, id, Chat, hash, observer, out var entry);
            Assert.False(status == RecentStatus.New && isInLog, "A message that is in the log is taken for a new one.");
            if (status == RecentStatus.Unknown && isInLog)
            {
                _recent.Settle(entry!, first);
            }
            else if (status != RecentStatus.Known)
            {
                Commit(sender, id, hash, entry!);
                return;
            }

            Assert.True(observer.Task.IsCompleted && isInLog);
            var outcome = observer.Task.Result;
            Assert.Equal(first.PayloadHash == hash ? null : ErrorCode.ClientIdReused, outcome.Error);
            Assert.Equal(first.PayloadHash == hash ? first.Seq : null, outcome.Sent?.Seq);
        }

        private void Commit(UserId sender, Guid id, long hash, RecentSend entry)
        {
            var fault = _random.Next(10);
            var stored = new StoredSend(Chat, ++_seq, _seq, 0, hash);
            if (fault != 0)
            {
                _log.Add((sender, id), stored);
            }

            if (fault < 2)
            {
                // Nothing was written, or everything was and the answer got lost.
                _recent.Fail(entry, ErrorCode.StoreUnavailable);
            }
            else
            {
                _recent.Settle(entry, stored);
            }
        }
    }

    /// <summary>A clock that can be set back.</summary>
    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
