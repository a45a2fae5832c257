using CsCheck;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

/// <summary>
/// Servers that take over from one another in the middle of everything, while commits fail and answers get lost. Only
/// the store is one; each server believes that it owns it until a commit says otherwise.
/// </summary>
public sealed class SequencerTakeoverTests
{
    private static readonly UserId[] People = [new(1), new(2), new(3)];
    private static readonly ConversationId[] Chats = [new(1000), new(1001), new(1002)];

    [Fact]
    public void Changes_AcrossTakeovers_AreStoredOnceInDenseOrder_AndAcknowledgedAsStored() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 3])
            .Sample(
                (seed, writers) =>
                    new Story(seed, new FakeLog(writers), People, Chats).RunAsync().GetAwaiter().GetResult(),
                iter: 400,
                threads: 1
            );

    /// <summary>One run: what happens follows from the seed, but for how the threads happen to meet.</summary>
    private sealed class Story(int seed, FakeLog log, UserId[] people, ConversationId[] chats)
    {
        private const int Changes = 40;
        private const int Takeovers = 4;

        private readonly Lock _gate = new();
        private readonly SemaphoreSlim _takingOver = new(1, 1);
        private readonly Random _random = new(seed);
        private readonly List<SequencerHarness> _servers = [];
        private readonly List<MessageSent> _acks = [];
        private readonly Dictionary<(ConversationId, UserId), long> _marks = [];
        private volatile SequencerHarness? _current;
        private int _done;
        private int _takeovers;

        public async Task RunAsync()
        {
            foreach (var chat in chats)
            {
                log.Seed(chat, ConversationKind.Group, people);
            }

            await TakeOverAsync();
            log.NextFault = () =>
                Draw(12) switch
                {
                    0 => Fault.Before,
                    1 => Fault.After,
                    _ => Fault.None,
                };
            await Task.WhenAll(people.Select(person => Task.Run(() => LiveAsync(person))));
            log.NextFault = () => Fault.None;
            foreach (var server in _servers)
            {
                await server.DisposeAsync();
            }

            CheckMessages();
            CheckMarks();
        }

        private void CheckMessages()
        {
            foreach (var chat in chats)
            {
                var stored = log.Messages[chat];
                var dense = Enumerable.Range(1, stored.Count).Select(i => (long)i).ToList();
                Assert.Equal(dense, stored.Select(message => message.Seq));
                Assert.Equal(dense, stored.Select(message => message.Pts));
            }

            Assert.Equal(
                log.Messages.Values.SelectMany(messages => messages)
                    .Select(message => (message.ClientId, message.Seq, message.Pts))
                    .Order(),
                _acks.Select(ack => (ack.ClientId, ack.Seq, ack.Pts)).Order()
            );
        }

        /// <summary>
        /// A mark that the owner answered is never lost, and none goes past the end. One that has been replaced and does
        /// not know it yet may say of a mark that it moves nothing.
        /// </summary>
        private void CheckMarks()
        {
            foreach (var ((chat, person), mark) in _marks)
            {
                var member = log.Stored(chat).Members.Single(member => member.User == person);
                Assert.InRange(member.ReadSeq, mark, log.Stored(chat).Seq);
            }
        }

        private async Task LiveAsync(UserId person)
        {
            for (var i = 0; i < Changes; i++)
            {
                var chat = chats[Draw(chats.Length)];
                if (Draw(4) == 0)
                {
                    await MarkAsync(person, chat);
                }
                else
                {
                    await SendAsync(person, chat, $"message {i}");
                }

                if (Interlocked.Increment(ref _done) % (Changes * people.Length / Takeovers) == 0)
                {
                    await TakeOverAsync();
                }
            }
        }

        /// <summary>Another server takes the slots; the one before is not told, and goes on until it notices.</summary>
        private async Task TakeOverAsync()
        {
            await _takingOver.WaitAsync();
            Interlocked.Increment(ref _takeovers);
            var server = await SequencerHarness.StartAsync(log);
            lock (_gate)
            {
                _servers.Add(server);
                _current = server;
            }

            _takingOver.Release();
        }

        private async Task SendAsync(UserId person, ConversationId chat, string text)
        {
            var id = _current!.NewId();
            while (true)
            {
                // Now and then through a server that has been replaced, as a client that has not heard of it would.
                var server = Draw(5) == 0 ? Any() : _current;
                var outcome = await server.SendAsync(person, chat, id, text);
                if (outcome.Sent is { } sent)
                {
                    lock (_gate)
                    {
                        _acks.Add(sent);
                    }

                    return;
                }

                Assert.True(ErrorDescription.Of(outcome.Error!).IsRetryable, outcome.Error);
            }
        }

        private async Task MarkAsync(UserId person, ConversationId chat)
        {
            var (seq, takeovers) = (LastAcknowledged(chat), Volatile.Read(ref _takeovers));
            var error = await _current!.Sequencer.MarkAsync(
                chat,
                person,
                new MarkRequest(Read: seq),
                CancellationToken.None
            );
            if (error is null)
            {
                lock (_gate)
                {
                    if (takeovers != _takeovers)
                    {
                        return;
                    }

                    _marks[(chat, person)] = seq;
                }
            }
            else
            {
                Assert.True(ErrorDescription.Of(error).IsRetryable, error);
            }
        }

        /// <summary>Only what somebody has been told of can have been read.</summary>
        private long LastAcknowledged(ConversationId chat)
        {
            lock (_gate)
            {
                return _acks.Where(ack => ack.Conversation == chat).Select(ack => ack.Seq).DefaultIfEmpty().Max();
            }
        }

        private SequencerHarness Any()
        {
            lock (_gate)
            {
                return _servers[_random.Next(_servers.Count)];
            }
        }

        private int Draw(int count)
        {
            lock (_gate)
            {
                return _random.Next(count);
            }
        }
    }
}
