using CsCheck;
using Hongyan.Client;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.UnitTests.Client;

/// <summary>
/// The rule that everything stands on: whatever the line does to what is pushed, a device that applies the changes its
/// client gives it ends with what it would be told if it fetched everything afresh.
/// </summary>
public sealed class SyncPropertyTests
{
    private static readonly ConversationId Signal = new(1);
    private static readonly UserId Friend = new(8);
    private static readonly UserId End = new(1_000_000);

    private int _drops;
    private int _reconnects;

    [Fact]
    public async Task Changes_UnderEveryFaultOfTheLine_EqualAFreshSnapshot()
    {
        await using var server = await ScriptedServer.StartAsync();
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Bool)
            .Sample(
                (seed, endsWithABreak) =>
                    new Run(this, server, seed, endsWithABreak).RunAsync().GetAwaiter().GetResult(),
                iter: 200,
                threads: 1
            );
        Assert.True(_drops > 0 && _reconnects > 0, "The line was too good to prove anything.");
    }

    private sealed class Run(SyncPropertyTests test, ScriptedServer server, int seed, bool endsWithABreak)
    {
        private const int Steps = 60;
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        private readonly Lock _gate = new();
        private readonly Random _random = new(seed);
        private readonly ModelWorld _world = new();
        private readonly FaultyLine _line = new(new Random(seed));
        private readonly Replica _replica = new();
        private readonly List<(Guid Id, ConversationId Chat)> _sent = [];
        private readonly HashSet<Guid> _refused = [];
        private TaskCompletionSource _opened = NewSignal();
        private TaskCompletionSource _seen = NewSignal();
        private bool _isOver;
        private int _signals;
        private int _number;

        public async Task RunAsync()
        {
            lock (_gate)
            {
                for (var i = 0; i < 8; i++)
                {
                    _world.Create();
                }

                _world.Befriend(Friend, "Friend");
            }

            server.Serve = ServeAsync;
            using var api = await server.OpenAsync();
            await using var client = new HongyanClient(
                api,
                new ClientOptions
                {
                    Time = new Hurried(),

                    // No connection is given up while it is being made: the server could then serve two at a time.
                    ConnectTimeout = TimeSpan.FromDays(10),
                }
            );
            await client.StartAsync(TestContext.Current.CancellationToken);
            var reading = ReadAsync(client);
            try
            {
                await StepAsync(client, reading).WaitAsync(Patience);
                lock (_gate)
                {
                    Finish();
                }

                await reading.WaitAsync(Patience);
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException(Describe(), exception);
            }

            lock (_gate)
            {
                _replica.AssertEquals(_world);
                AssertOwnSendsInOrder();
                test._drops += _line.Drops;
            }
        }

        private async Task StepAsync(HongyanClient client, Task reading)
        {
            for (var step = 0; step < Steps; step++)
            {
                if (_random.Next(8) == 0)
                {
                    // The device and the world go on beside one another, but not too far apart.
                    Task seen;
                    Task ended;
                    lock (_gate)
                    {
                        seen = (_seen = NewSignal()).Task;
                        ended = (_opened = NewSignal()).Task;
                        _line.Say(new Typing(Signal, new UserId(++_signals)));
                    }

                    await Task.WhenAny(seen, ended, reading);
                }

                if (_random.Next(7) == 0)
                {
                    await SendAsync(client);
                }

                lock (_gate)
                {
                    Change();
                }
            }
        }

        private async Task SendAsync(HongyanClient client)
        {
            ConversationId chat;
            lock (_gate)
            {
                chat = Any(_world.Conversations.Keys);
            }

            var id = await client.SendAsync(chat, new TextBody($"own {++_number}"));
            lock (_gate)
            {
                _sent.Add((id, chat));
            }
        }

        private void Change()
        {
            _world.Now += _random.Next(20_000);
            switch (_random.Next(24))
            {
                case 0:
                    Array.ForEach(_world.Create(), _line.Push);
                    break;
                case 1 when _world.Conversations.Count > 2:
                    _line.Push(_world.Leave(Any(_world.Conversations.Keys)));
                    break;
                case 2:
                    _line.Push(_world.Befriend(new UserId(_random.Next(20, 25)), $"name {_random.Next(100)}"));
                    break;
                case 3 when _world.Contacts.Count > 0:
                    _line.Push(_world.Part(Any(_world.Contacts.Keys)));
                    break;
                case 4:
                    _line.Push(_world.Read(Any(_world.Conversations.Keys)));
                    break;
                case 5:
                    _line.Break();
                    break;
                case 6 when _line.IsOpen:
                    _line.Resync();
                    break;
                case 7 or 8 or 9:
                    var edited = Any(_world.Conversations.Keys);
                    var index = _random.Next(_world.Conversations[edited].Count);
                    _line.Push(_world.Edit(edited, index, $"edited {_random.Next(100)}"));
                    break;
                case 10:
                    Append(ScriptedServer.Me); // from another device of theirs
                    break;
                default:
                    Append(Friend);
                    break;
            }
        }

        private void Append(UserId sender) =>
            _line.Push(
                _world.Append(
                    Any(_world.Conversations.Keys),
                    sender,
                    Guid.CreateVersion7(),
                    new TextBody($"text {_random.Next(1000)}"),
                    lateness: _random.Next(5_000)
                )
            );

        /// <summary>The line is quiet. Either it breaks once more, or something more happens everywhere.</summary>
        private void Finish()
        {
            _isOver = true;
            _line.IsGood = true;
            if (endsWithABreak || _line.HasDroppedAck)
            {
                _line.Break();
                return;
            }

            foreach (var id in _world.Conversations.Keys)
            {
                _line.Push(_world.Append(id, Friend, Guid.CreateVersion7(), new TextBody("the last"), 0));
            }

            _line.Push(_world.Befriend(Friend, "Friend of old"));
            SayWhenOver();
        }

        /// <summary>Everything that is ever sent to the device has been sent.</summary>
        private void SayWhenOver()
        {
            if (_isOver && _sent.All(sent => _world.Acks.ContainsKey(sent.Id) || _refused.Contains(sent.Id)))
            {
                _line.Say(new Typing(Signal, End));
            }
        }

        private async Task ServeAsync(ServerSocket socket)
        {
            lock (_gate)
            {
                _line.Open(socket);
                socket.Welcome(_world.Now, _world.PersonalPts);
                test._reconnects++;
                _opened.TrySetResult();
                SayWhenOver();
            }

            await foreach (var frame in socket.Incoming.ReadAllAsync())
            {
                lock (_gate)
                {
                    Answer(socket, frame);
                }
            }

            lock (_gate)
            {
                _line.Close(socket);
            }
        }

        private void Answer(ServerSocket socket, ClientFrame frame)
        {
            if (frame is not Send send)
            {
                if (
                    (frame is Ping ping ? new Pong(ping.Id, _line.Counted, 0, _world.Now) : _world.Answer(frame)) is
                    { } answer
                )
                {
                    socket.Send(answer);
                }

                return;
            }

            switch (_isOver ? 99 : _random.Next(12))
            {
                case 0:
                    socket.Abort(); // before it was taken
                    return;
                case 1:
                    _world.Send(send);
                    socket.Abort(); // before it was acknowledged
                    return;
                case 2:
                    socket.Send(ModelWorld.Refuse(ErrorCode.StoreUnavailable, clientId: send.ClientId));
                    return;
            }

            var sent = _world.Send(send);
            if (sent is Ack)
            {
                _line.Push(sent);
            }
            else
            {
                _refused.Add(send.ClientId);
                socket.Send(sent);
            }

            SayWhenOver();
        }

        private async Task ReadAsync(HongyanClient client)
        {
            var isOver = false;
            await foreach (var change in client.Changes)
            {
                lock (_gate)
                {
                    _replica.Apply(change);
                    if (change is TypingSeen { Conversation: var signal, User: var number } && signal == Signal)
                    {
                        isOver |= number == End;
                        if (number.Value == _signals)
                        {
                            _seen.TrySetResult();
                        }
                    }

                    if (isOver && _sent.All(IsSettled))
                    {
                        return;
                    }
                }
            }

            throw new InvalidOperationException($"The client gave up with {client.EndedWith}.");
        }

        private string Describe()
        {
            lock (_gate)
            {
                var waiting = _sent
                    .Where(sent => !IsSettled(sent))
                    .Select(sent => (sent, _world.Acks.GetValueOrDefault(sent.Id)));
                return $"Is the line quiet: {_isOver}. Is it open: {_line.IsOpen}. Signals: {_signals}, and the last was "
                    + $"{(_seen.Task.IsCompleted ? "" : "not ")}seen. Waiting: {string.Join(", ", waiting)}. {server.Failure}";
            }
        }

        private bool IsSettled((Guid Id, ConversationId Chat) sent) => _replica.Settled.Contains(sent.Id);

        private void AssertOwnSendsInOrder()
        {
            foreach (var (chat, messages) in _world.Conversations)
            {
                var own = _sent.Select(sent => sent.Id).Where(_world.Acks.ContainsKey).ToList();
                var stored = messages.Select(message => message.ClientId).ToList();
                Assert.Equal(
                    _sent.Where(sent => sent.Chat == chat && !_refused.Contains(sent.Id)).Select(sent => sent.Id),
                    stored.Intersect(own)
                );
                Assert.Equal(stored.Distinct(), stored);
            }
        }

        private T Any<T>(IEnumerable<T> items)
        {
            var all = items.ToList();
            return all[_random.Next(all.Count)];
        }

        private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
