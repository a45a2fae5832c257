using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;
using Hongyan.Load;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Snapshots;

/// <summary>A device of a person's that is connected and knows only what it is told.</summary>
internal sealed class LiveDevice : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HongyanApi _api;
    private readonly HongyanClient _client;
    private readonly ConversationId _notes;
    private readonly Screen _screen = new();
    private readonly Lock _gate = new();
    private readonly List<ClientChange> _seen = [];
    private readonly Task _reading;
    private Waiter? _waiter;

    private LiveDevice(Person person, HongyanApi api, SessionId session, ConversationId notes)
    {
        (Person, _api, Session, _notes) = (person, api, session, notes);
        _client = new HongyanClient(
            api,
            new ClientOptions { FirstDelay = TimeSpan.FromMilliseconds(20), MarksDelivered = false }
        );
        _reading = ReadAsync();
    }

    public Person Person { get; }

    public SessionId Session { get; }

    public HongyanClient Client => _client;

    /// <summary>Everything it was told since it was in step for the first time.</summary>
    public IReadOnlyList<ClientChange> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Signs in anew and connects.</summary>
    public static async Task<LiveDevice> StartAsync(Person person, string name)
    {
        var api = new HongyanApi(person.Api.Server);
        var signedIn = await api.SignInAsync(
            new SignInRequest(person.Handle, Person.Password, new Device(name, DeviceKind.Phone)),
            Token
        );
        var notes = await api.OpenNotesAsync(Token);
        var device = new LiveDevice(person, api, signedIn.Session, notes.Id);
        await device._client.StartAsync(Token);
        await device.UntilAsync("in step", change => change is InStepChanged { IsInStep: true });
        lock (device._gate)
        {
            device._seen.Clear();
        }

        return device;
    }

    /// <summary>
    /// The line is quiet, and what this device was told is all there is: the same as what one gets who asks for
    /// everything now, over HTTP and as a device that is new.
    /// </summary>
    public async Task AssertInStepAsync()
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Token);
        late.CancelAfter(Patience);
        while (true)
        {
            await PassAsync();
            var fetched = await Screen.FetchAsync(_api, Token);
            var (known, expected) = Compare(fetched);
            if (known == expected)
            {
                break;
            }

            if (late.IsCancellationRequested)
            {
                Assert.Fail(Difference(expected, known));
            }
        }

        await using var fresh = await StartFreshAsync();
        var (knownAfresh, expectedAfresh) = fresh.Compare(await Screen.FetchAsync(_api, Token));
        Assert.True(knownAfresh == expectedAfresh, Difference(expectedAfresh, knownAfresh));
    }

    /// <summary>Waits for a change; those that came already count.</summary>
    public Task UntilAsync(string what, Func<ClientChange, bool> isWanted)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_seen.Any(isWanted))
            {
                return Task.CompletedTask;
            }

            _waiter = waiter = new Waiter(isWanted);
        }

        return AwaitAsync(waiter, what);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _reading;
        _api.Dispose();
    }

    /// <summary>
    /// A change that only this person's devices hear of goes the same way as all others: once it is here, so is what
    /// was pushed before it.
    /// </summary>
    private async Task PassAsync()
    {
        var request = new SendMessageRequest(_api.Clock.NewId(), new TextBody("so far"));
        var sent = await _api.SendAsync(_notes, request, Token);
        await _api.MarkAsync(_notes, new MarkRequest(Read: sent.Seq), Token);
        await UntilAsync($"the mark {sent.Seq}", change => IsMark(change, sent.Seq));
        await UntilAsync($"the message {sent.Seq}", change => IsMessage(change, sent.Seq));
    }

    private bool IsMark(ClientChange change, long seq) =>
        change is PersonalChanged { Change: ReadMoved read } && read.Conversation == _notes && read.ReadSeq >= seq;

    private bool IsMessage(ClientChange change, long seq) =>
        change is MessageChanged { Message: var message } && message.Conversation == _notes && message.Seq >= seq;

    private (string Known, string Expected) Compare(Screen fetched)
    {
        lock (_gate)
        {
            return (_screen.Describe(), fetched.Describe(_screen));
        }
    }

    private static string Difference(string expected, string known)
    {
        var (wanted, had) = (expected.Split('\n'), known.Split('\n'));
        return $"Missing:\n{string.Join('\n', wanted.Except(had))}\nToo much:\n{string.Join('\n', had.Except(wanted))}";
    }

    private async Task<LiveDevice> StartFreshAsync()
    {
        var fresh = await StartAsync(Person, "fresh");
        try
        {
            await fresh.PassAsync();
            return fresh;
        }
        catch
        {
            await fresh.DisposeAsync();
            throw;
        }
    }

    private async Task AwaitAsync(Waiter waiter, string what)
    {
        try
        {
            await waiter.Source.Task.WaitAsync(Patience, Token);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{what} did not come; seen: {string.Join("\n", Seen)}", exception);
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var change in _client.Changes)
        {
            lock (_gate)
            {
                _screen.Apply(change);
                _seen.Add(change);
                if (_waiter?.IsWanted(change) == true)
                {
                    _waiter.Source.TrySetResult();
                    _waiter = null;
                }
            }
        }
    }

    private sealed record Waiter(Func<ClientChange, bool> IsWanted)
    {
        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
