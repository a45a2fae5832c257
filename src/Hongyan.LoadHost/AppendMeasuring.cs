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
    /// <summary>So much a log that moves things behind everybody's back holds easily.</summary>
    private const int BurstRows = 64 * 1024;

    private readonly IMessageLog _log;
    private readonly MessageTail _tail;
    private readonly AppendSpec _spec;
    private readonly List<Writer> _writers;
    private readonly long[] _epochs;

    private AppendMeasuring(IMessageLog log, MessageTail tail, long[] epochs, AppendSpec spec)
    {
        (_log, _tail, _epochs, _spec) = (log, tail, epochs, spec);
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
            app.Services.GetRequiredService<MessageTail>(),
            epochs,
            JsonSerializer.Deserialize(spec, WorldJson.Default.AppendSpec)!
        );
        var report = await measuring.MeasureAsync();
        await log.CloseAsync();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(report, WorldJson.Default.AppendReport));
    }

    private async Task<AppendReport> MeasureAsync()
    {
        await RunAsync(_spec.WarmUpSeconds, pauses: true);
        _writers.ForEach(writer => writer.Begin());
        var rates = new List<double>();
        for (var window = 0; window < _spec.Windows; window++)
        {
            rates.Add(await RunAsync(_spec.WindowSeconds, pauses: true));
        }

        var times = new Latencies();
        _writers.ForEach(writer => times.Add(writer.Times));
        await DrainAsync();
        var (cpu, rows, clock) = (Environment.CpuUsage.TotalTime, Rows, Stopwatch.StartNew());
        await RunAsync(_spec.WindowSeconds, pauses: false);
        await DrainAsync();
        return new AppendReport(
            rates,
            (Rows - rows) / clock.Elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Math.Max(1, Rows - rows),
            times.Percentile(0.5),
            times.Percentile(0.99),
            [.. _writers.Select(writer => writer.Rows)],
            [.. _writers.Select(writer => writer.Chats)]
        );
    }

    private long Rows => _writers.Sum(writer => writer.Rows);

    /// <param name="seconds">How long.</param>
    /// <param name="pauses">Whether writers wait for what goes on in the background, so that commits never have to.</param>
    /// <returns>The messages a second that the writers together commit, while they do nothing else.</returns>
    private async Task<double> RunAsync(double seconds, bool pauses)
    {
        var clock = Stopwatch.StartNew();
        var rates = await Task.WhenAll(
            _writers.Select(writer =>
                Task.Run(async () =>
                {
                    var (rows, committing) = (0L, 0L);
                    while (clock.Elapsed.TotalSeconds < seconds)
                    {
                        committing += await CommitAsync(writer);
                        rows += _spec.Batch;
                        if (pauses && _tail.Count >= BurstRows)
                        {
                            await DrainAsync();
                        }
                    }

                    return rows / Stopwatch.GetElapsedTime(0, committing).TotalSeconds;
                })
            )
        );
        return rates.Sum();
    }

    private async Task<long> CommitAsync(Writer writer)
    {
        var batch = new CommitBatch(writer.Next(_spec.Batch), _epochs);
        var began = Stopwatch.GetTimestamp();
        await _log.CommitAsync(batch, CancellationToken.None);
        var taken = Stopwatch.GetTimestamp() - began;
        writer.Times.Add(taken);
        writer.Rows += _spec.Batch;
        return taken;
    }

    private async Task DrainAsync()
    {
        while (_tail.Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
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

        public long Rows { get; set; }

        public Latencies Times { get; private set; } = new();

        /// <summary>From here on it counts.</summary>
        public void Begin() => Times = new Latencies();

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
