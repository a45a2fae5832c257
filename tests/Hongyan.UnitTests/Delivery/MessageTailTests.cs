using System.IO.Hashing;
using CsCheck;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

public sealed class MessageTailTests
{
    private static readonly UserId Ann = new(1);

    private readonly MessageTail _tail = new();
    private readonly Dictionary<long, Queue<LogWrite>> _expected = [];
    private readonly Dictionary<long, long> _seqs = [];

    [Fact]
    public void Tail_HoldsWhatWasAdded_UntilItIsMoved_WhateverTheOrder() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 40])
            .Sample((seed, conversations) => new MessageTailTests().Run(new Random(seed), conversations), iter: 20);

    [Fact]
    public void Memory_IsUsedAgain_AndAFrameLargerThanABlockHasItsOwn()
    {
        var memory = new LogMemory();
        var small = memory.Hold(new byte[400_000], 1, default);
        var second = memory.Hold(new byte[400_000], 1, default);
        var third = memory.Hold(new byte[400_000], 1, default);
        var large = memory.Hold(new byte[5_000_000], 1, default);

        Assert.Same(small.Block, second.Block);
        Assert.NotSame(small.Block, third.Block);
        Assert.Equal(6_200_000, memory.HeldBytes);
        memory.Release(large);
        memory.Release(small);
        memory.Release(second);
        Assert.Equal(400_000, memory.HeldBytes);

        memory.Hold(new byte[400_000], 1, default);
        Assert.Same(small.Block, memory.Hold(new byte[400_000], 1, default).Block);
        Assert.NotSame(large.Block, memory.Hold(new byte[5_000_000], 1, default).Block);
    }

    [Fact]
    public void Memory_TrimmedAndReleased_HoldsNothing()
    {
        var memory = new LogMemory();
        var held = memory.Hold(new byte[10], 1, default);
        memory.Trim();

        memory.Release(held);
        memory.Trim();

        Assert.Equal(0, memory.HeldBytes);
        Assert.NotSame(held.Block, memory.Hold(new byte[10], 1, default).Block);
    }

    private void Run(Random random, int conversations)
    {
        var frames = new Queue<HeldFrame>();
        for (var step = 0; step < 60; step++)
        {
            if (random.Next(3) > 0)
            {
                frames.Enqueue(Add(random, conversations));
            }
            else
            {
                Move(random, frames);
            }

            if (random.Next(8) == 0)
            {
                Check(conversations);
            }
        }

        while (frames.Count > 0)
        {
            Move(random, frames);
        }

        Check(conversations);
        Assert.Equal((0, 0), (_tail.Count, _tail.Bytes));
    }

    private HeldFrame Add(Random random, int conversations)
    {
        var writes = new List<LogWrite>();
        for (var i = random.Next(1, 200); i > 0; i--)
        {
            var conversation = random.Next(conversations);
            var seq = _seqs[conversation] = _seqs.GetValueOrDefault(conversation) + 1;
            var body = new byte[random.Next(2_000) == 0 ? 1_100_000 : random.Next(100)];
            random.NextBytes(body);
            var write = new LogWrite
            {
                Conversation = new ConversationId(conversation),
                Message = new MessageWrite(seq, seq, Ann, Guid.CreateVersion7(), seq, seq, body),
            };
            writes.Add(write);
            if (!_expected.TryGetValue(conversation, out var waiting))
            {
                _expected[conversation] = waiting = new Queue<LogWrite>();
            }

            waiting.Enqueue(write);
        }

        var frame = new byte[LogFrame.SizeOf(writes)];
        LogFrame.Encode(frame, writes, default);
        var held = _tail.Add(frame, writes.Count, new LogPosition(1, _seqs.Values.Sum()));
        Array.Clear(frame);
        return held;
    }

    /// <summary>Some frames, sorted together, some messages at a time.</summary>
    private void Move(Random random, Queue<HeldFrame> frames)
    {
        var chunk = new LogChunk();
        var taken = new List<HeldFrame>();
        for (var i = random.Next(4); i >= 0 && frames.TryDequeue(out var frame); i--)
        {
            chunk.Add(frame.Rows, frame.Count, frame.End);
            taken.Add(frame);
        }

        chunk.Sort();
        (long, long) last = default;
        while (chunk.Left > 0)
        {
            var rows = chunk.Next(random.Next(1, 300));
            foreach (var row in rows)
            {
                Assert.True(last.CompareTo((row.Conversation.Value, row.Seq)) < 0 || last == default);
                last = (row.Conversation.Value, row.Seq);
                Assert.Equal(_expected[row.Conversation.Value].Dequeue().Message!.Seq, row.Seq);
            }

            _tail.Remove(rows);
            chunk.Advance(rows.Length);
        }

        taken.ForEach(_tail.Release);
    }

    private void Check(int conversations)
    {
        Assert.Equal(_expected.Values.Sum(waiting => waiting.Count), _tail.Count);
        for (var conversation = 0; conversation < conversations; conversation++)
        {
            var id = new ConversationId(conversation);
            var expected = _expected.GetValueOrDefault(conversation)?.ToList() ?? [];
            Assert.Equal(expected.Select(Text), _tail.Of(id).Select(Text));
            Assert.Equal(expected.LastOrDefault()?.Message?.Seq, _tail.NewestOf(id)?.Seq);
            if (expected is [{ Message: { } oldest }, ..])
            {
                Assert.Equal(
                    new StoredSend(id, oldest.Seq, oldest.Pts, oldest.SentAt, oldest.PayloadHash),
                    _tail.Find(Ann, oldest.ClientId)
                );
                Assert.Null(_tail.Find(new UserId(2), oldest.ClientId));
            }
        }
    }

    private static string Text(LogWrite write) =>
        $"{write.Conversation} {write.Message! with { Body = default }} {Convert.ToHexString(XxHash3.Hash(write.Message.Body.Span))}";
}
