using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Load.Lean;
using Hongyan.Load.Measuring;
using Hongyan.Load.Worlds;
using Hongyan.Server;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hongyan.LoadHost;

/// <summary>
/// Feeds the server's log alone, without sockets, sequencer or fan-out: commits of so many messages one after another,
/// on as many writers as the log has, each with the conversations of its own slots.
/// </summary>
internal sealed class AppendMeasuring
{
    private readonly IMessageLog _log;
    private readonly AppendSpec _spec;
    private readonly List<Writer> _writers;
    private readonly long[] _epochs;
    private volatile bool _isEnding;

    private AppendMeasuring(IMessageLog log, long[] epochs, AppendSpec spec)
    {
        (_log, _epochs, _spec) = (log, epochs, spec);
        _writers =
        [
            .. Enumerable.Range(0, log.WriterCount).Select(number => new Writer(number, spec, log.WriterCount)),
        ];
    }

    /// <summary>Measures on the store of a data directory, and prints what came of it.</summary>
    public static async Task RunAsync(string dataDirectory, string spec)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Hongyan:DataDirectory"] = dataDirectory,
            ["Logging:Console:LogLevel:Default"] = "None", // what is printed is the answer
        };
        await using var app = HongyanServer.Build(settings);
        await app.Services.MigrateStorageAsync(CancellationToken.None);
        var log = app.Services.GetRequiredService<IMessageLog>();
        var epochs = await log.TakeSlotsAsync("append", CancellationToken.None);
        var measuring = new AppendMeasuring(
            log,
            epochs,
            JsonSerializer.Deserialize(spec, WorldJson.Default.AppendSpec)!
        );
        var report = await measuring.MeasureAsync();
        await log.CloseAsync();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, WorldJson.Default.AppendReport));
    }

    private async Task<AppendReport> MeasureAsync()
    {
        var writing = Task.WhenAll(_writers.Select(writer => Task.Run(() => WriteAsync(writer))));
        await Task.Delay(TimeSpan.FromSeconds(_spec.WarmUpSeconds));
        var rates = new List<double>();
        var (beganCpu, beganRows) = (Environment.CpuUsage.TotalTime, Rows);
        for (var window = 0; window < _spec.Windows && !writing.IsCompleted; window++)
        {
            var (clock, rows) = (Stopwatch.StartNew(), Rows);
            await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(_spec.WindowSeconds)));
            rates.Add((Rows - rows) / clock.Elapsed.TotalSeconds);
        }

        var cpu = (Environment.CpuUsage.TotalTime - beganCpu).TotalMicroseconds / Math.Max(1, Rows - beganRows);
        _isEnding = true;
        await writing;
        var times = new Latencies();
        _writers.ForEach(writer => times.Add(writer.Times));
        return new AppendReport(
            rates,
            cpu,
            times.Percentile(0.5),
            times.Percentile(0.99),
            [.. _writers.Select(writer => writer.Rows)],
            [.. _writers.Select(writer => writer.Chats)]
        );
    }

    private long Rows => _writers.Sum(writer => Volatile.Read(ref writer.Rows));

    private async Task WriteAsync(Writer writer)
    {
        while (!_isEnding)
        {
            var batch = new CommitBatch(writer.Next(_spec.Batch), _epochs);
            var began = Stopwatch.GetTimestamp();
            await _log.CommitAsync(batch, CancellationToken.None);
            writer.Times.Add(Stopwatch.GetTimestamp() - began);
            Volatile.Write(ref writer.Rows, writer.Rows + _spec.Batch);
        }
    }

    /// <summary>Makes the messages of one writer, its conversations in turn.</summary>
    private sealed class Writer(int number, AppendSpec spec, int count)
    {
        private readonly List<AppendChat> _chats =
        [
            .. spec.Chats.Where(chat => Slots.Of(new ConversationId(chat.Id)) % count == number),
        ];

        private long _next;

        /// <summary>The conversations, in the order of their turns.</summary>
        public IReadOnlyList<long> Chats => [.. _chats.Select(chat => chat.Id)];

        public long Rows;

        public Latencies Times { get; } = new();

        public List<LogWrite> Next(int batch)
        {
            var writes = new List<LogWrite>(batch);
            for (var i = 0; i < batch; i++, _next++)
            {
                var chat = _chats[(int)(_next % _chats.Count)];
                var conversation = new ConversationId(chat.Id);
                var seq = chat.Seq + (_next / _chats.Count) + 1;
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                var body = Frames.SerializeBody(new TextBody(SendTemplate.Text(_next)));
                writes.Add(
                    new LogWrite
                    {
                        Conversation = conversation,
                        Message = new MessageWrite(
                            seq,
                            seq,
                            new UserId(chat.Sender),
                            new LoadId(spec.Run, number, _next).At(now),
                            now,
                            Sequencer.PayloadHash(conversation, body),
                            body
                        ),
                    }
                );
            }

            return writes;
        }
    }
}
