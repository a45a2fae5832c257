using System.Buffers.Binary;
using CsCheck;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

public sealed class AppendLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hongyan-log-").FullName;

    [Fact]
    public void Read_ReturnsEveryFrame_AcrossSegments_AndFromAnyPosition()
    {
        var batches = Enumerable.Range(0, 20).Select(i => Batch(i, count: i + 1)).ToList();
        var ends = new List<LogPosition>();
        using (var log = AppendLog.Open(_folder, default, segmentBytes: 1_000))
        {
            ends.AddRange(batches.Select(log.Append));
        }

        var frames = AppendLog.Read(_folder, default).ToList();

        Assert.Equal(batches.Select(Text), frames.Select(frame => Text(frame.Rows)));
        Assert.Equal(ends, frames.Select(frame => frame.End));
        Assert.True(ends[^1].Segment > 3);
        for (var i = 0; i < ends.Count; i++)
        {
            Assert.Equal(batches[(i + 1)..].Select(Text), AppendLog.Read(_folder, ends[i]).Select(f => Text(f.Rows)));
        }
    }

    [Fact]
    public void Read_PassesOverWhatAnAppendLeftUnfinished_WhereverItStopped()
    {
        LogPosition first;
        using (var log = AppendLog.Open(_folder, default))
        {
            first = log.Append(Batch(1, 3));
            log.Append(Batch(2, 3));
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        var whole = File.ReadAllBytes(path);
        for (var length = (int)first.Offset; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);

            var frame = Assert.Single(AppendLog.Read(_folder, default));
            Assert.Equal(Text(Batch(1, 3)), Text(frame.Rows));
        }
    }

    [Fact]
    public void Read_TakesNoFrameWithAnyByteChanged()
    {
        LogPosition first;
        using (var log = AppendLog.Open(_folder, default))
        {
            first = log.Append(Batch(1, 2));
            log.Append(Batch(2, 2));
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        var whole = File.ReadAllBytes(path);
        for (var at = (int)first.Offset; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x40;
            File.WriteAllBytes(path, damaged);

            Assert.Single(AppendLog.Read(_folder, default));
        }
    }

    [Fact]
    public void Read_OfALogThatIsDamagedInTheMiddle_SaysSo()
    {
        using (var log = AppendLog.Open(_folder, default, segmentBytes: 1))
        {
            log.Append(Batch(1, 2));
            log.Append(Batch(2, 2));
        }

        var first = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(first);
        bytes[^1] ^= 1;
        File.WriteAllBytes(first, bytes);

        var damage = Assert.Throws<IOException>(() => AppendLog.Read(_folder, default).ToList());
        Assert.Contains(first, damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfALogThatBeginsBehindThePosition_IsRefused()
    {
        List<LogPosition> ends;
        using (var log = AppendLog.Open(_folder, default, segmentBytes: 1))
        {
            ends = [.. Enumerable.Range(0, 4).Select(i => log.Append(Batch(i, 1)))];
            log.Trim(ends[2]);
        }

        Assert.Throws<IOException>(() => AppendLog.Read(_folder, ends[0]).ToList());
        Assert.Equal(2, AppendLog.Read(_folder, ends[2] with { Offset = 0 }).Count());
    }

    [Fact]
    public void Open_NeverWritesWhereSomethingWasBefore()
    {
        using (var log = AppendLog.Open(_folder, default))
        {
            log.Append(Batch(1, 2));
        }

        using var next = AppendLog.Open(_folder, AppendLog.Read(_folder, default).Last().End);
        next.Append(Batch(2, 2));

        Assert.Equal(
            [Text(Batch(1, 2)), Text(Batch(2, 2))],
            AppendLog.Read(_folder, default).Select(frame => Text(frame.Rows))
        );
    }

    [Fact]
    public void Read_PassesOverUnfinishedAppends_AlsoWhereTheNextSegmentWasBegunAfter()
    {
        LogPosition end;
        using (var log = AppendLog.Open(_folder, default))
        {
            end = log.Append(Batch(1, 2));
            log.Append(Batch(2, 2));
        }

        var path = Assert.Single(Directory.GetFiles(_folder));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        using (var next = AppendLog.Open(_folder, end))
        {
            next.Append(Batch(3, 2));
        }

        // The owner before, who does not know yet, writes on behind what was taken for its end; nobody is told.
        File.AppendAllText(path, "from the past, and of no consequence whatsoever");

        Assert.Equal(
            [Text(Batch(1, 2)), Text(Batch(3, 2))],
            AppendLog.Read(_folder, default).Select(frame => Text(frame.Rows))
        );
    }

    [Fact]
    public void Open_AfterASegmentThatNeverCameToBe_TakesItsPlace()
    {
        LogPosition end;
        using (var log = AppendLog.Open(_folder, default))
        {
            end = log.Append(Batch(1, 2));
        }

        File.WriteAllBytes(LogSegment.PathOf(_folder, end.Segment + 1), new byte[7]);
        Assert.Equal(end, Assert.Single(AppendLog.Read(_folder, default)).End);
        using var next = AppendLog.Open(_folder, end);
        next.Append(Batch(2, 2));

        Assert.Equal(2, AppendLog.Read(_folder, default).Count());
    }

    [Fact]
    public void Trim_DeletesWholeSegmentsBeforeThePosition_AndNothingElse()
    {
        using var log = AppendLog.Open(_folder, default, segmentBytes: 1);
        var ends = Enumerable.Range(0, 5).Select(i => log.Append(Batch(i, 1))).ToList();

        log.Trim(ends[2]);

        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.Equal(
            [Text(Batch(3, 1)), Text(Batch(4, 1))],
            AppendLog.Read(_folder, ends[2]).Select(frame => Text(frame.Rows))
        );
    }

    [Fact]
    public void Frames_ReadBackAsTheyWereWritten() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Long, Gen.Long, Gen.Guid)
            .Array[1, 30]
            .Sample(messages =>
            {
                var writes = messages
                    .Select(message => Write(message.Item2, message.Item3, message.Item4, message.Item1))
                    .ToList();
                var frame = new byte[LogFrame.SizeOf(writes)];
                var position = new LogPosition(7, 11);

                LogFrame.Encode(frame, writes, position);

                Assert.Equal(frame.Length, LogFrame.Measure(frame));
                Assert.Equal(Text(writes), Text(LogFrame.Decode(frame, position)!));
                Assert.Null(LogFrame.Decode(frame, new LogPosition(7, 12)));
                Assert.Null(LogFrame.Decode(frame, new LogPosition(8, 11)));
            });

    [Theory]
    [InlineData(12, 1)] // fewer messages than there are
    [InlineData(12, 3)] // more
    [InlineData(16 + 64, 3)] // the first body is shorter, so that all after it is out of place
    [InlineData(16 + 64, 5)]
    [InlineData(16 + 64, int.MaxValue)]
    [InlineData(16 + 64, -1)]
    [InlineData(16 + 72 + 64, 5)] // the last body is longer than what is left
    public void Frame_ThatDoesNotAddUp_IsNone_EvenIfItsHashIsRight(int at, int value)
    {
        var writes = Batch(1, 2);
        var frame = new byte[LogFrame.SizeOf(writes)];
        var position = new LogPosition(7, 11);
        LogFrame.Encode(frame, writes, position);

        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(at), value);
        LogFrame.Seal(frame, position);

        Assert.Null(LogFrame.Decode(frame, position));
    }

    [Fact]
    public void Owner_WhoIsNoLongerTheLastToTakeTheLog_IsFenced()
    {
        using var first = LogOwner.Take(_folder, 1);
        first.Check();
        using var second = LogOwner.Take(_folder, 2);

        second.Check();
        Assert.Throws<FencedException>(first.Check);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static List<LogWrite> Batch(int seed, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => Write(seed, i, new Guid(seed, (short)i, 7, new byte[8]), [1, 2, (byte)seed, (byte)i])),
        ];

    private static LogWrite Write(long conversation, long number, Guid clientId, byte[] body) =>
        new()
        {
            Conversation = new ConversationId(conversation),
            Message = new MessageWrite(number, number + 1, new UserId(number ^ 5), clientId, number * 3, ~number, body),
        };

    private static string Text(IEnumerable<LogRow> rows) => Text(rows.Select(row => row.ToWrite()));

    private static string Text(IEnumerable<LogWrite> writes) =>
        string.Join(
            '\n',
            writes.Select(write =>
                $"{write.Conversation} {write.Message! with { Body = default }} {Convert.ToHexString(write.Message.Body.Span)}"
            )
        );
}
