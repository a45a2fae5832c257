using System.Threading.Channels;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;

namespace Hongyan.Client;

/// <summary>
/// A device in step: connects, catches up, comes back after any break, and sends what waits, each message once and in
/// the order it was given. What happens comes out of <see cref="Changes"/>.
/// </summary>
public sealed class HongyanClient : IAsyncDisposable
{
    private readonly HongyanApi _api;
    private readonly ClientOptions _options;
    private readonly Channel<ClientChange> _changes;
    private readonly OutboxPump _outbox;
    private readonly DeviceState _state;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Makes a client for a signed-in session; <see cref="StartAsync"/> begins.</summary>
    public HongyanClient(HongyanApi api, ClientOptions? options = null)
    {
        _api = api;
        _options = options ?? new ClientOptions();
        _changes = Channel.CreateBounded<ClientChange>(_options.ChangeCapacity);
        _outbox = new OutboxPump(_options.Outbox ?? new MemoryOutboxStore(), _changes.Writer, _options.Time);
        _state = new DeviceState(_changes.Writer, _outbox);
    }

    /// <summary>
    /// What happens, in order. Read it always: it is bounded, and when it is full the socket is not read either, so that
    /// the server drops what waits and this client fetches the difference later. Completes when the session ends.
    /// </summary>
    public IAsyncEnumerable<ClientChange> Changes => _changes.Reader.ReadAllAsync();

    /// <summary>Why the client gave up for good, one of <see cref="CloseCode"/>; null while it runs.</summary>
    public int? EndedWith { get; private set; }

    /// <summary>Loads the outbox and begins to connect.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _outbox.LoadAsync(cancellationToken);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>
    /// Puts a message into the outbox. It is kept when this returns, and sent as soon as the line allows; it comes out
    /// of <see cref="Changes"/> as <see cref="MessageChanged"/>, or as <see cref="SendFailed"/>.
    /// </summary>
    /// <returns>The message's client id.</returns>
    public async Task<Guid> SendAsync(
        ConversationId conversation,
        MessageBody body,
        CancellationToken cancellationToken = default
    )
    {
        var item = new OutboxItem(conversation, _api.Clock.NewId(), body);
        await _outbox.AddAsync(item, cancellationToken);
        return item.ClientId;
    }

    /// <summary>Says how far one has read; lost when the line is down.</summary>
    public async ValueTask MarkReadAsync(
        ConversationId conversation,
        long seq,
        CancellationToken cancellationToken = default
    )
    {
        if (_outbox.Connection is { } connection)
        {
            await connection.PostAsync(new Mark(conversation, Read: seq), cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _changes.Writer.TryComplete();
        _stopping.Dispose();
        _outbox.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        string? rejected = null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                rejected = await ServeOnceAsync(rejected, () => failures = 0);
            }
            catch (ConnectionClosedException exception)
            {
                if (!CloseCode.ShouldReconnect(exception.CloseCode))
                {
                    EndedWith = exception.CloseCode;
                    break;
                }
            }
            catch (HongyanException exception) when (exception.IsRetryable)
            {
                // Not there now; below.
            }
            catch (HongyanException exception)
            {
                EndedWith = exception.Code is ErrorCode.SessionRevoked or ErrorCode.InvalidRefreshToken
                    ? CloseCode.SessionRevoked
                    : CloseCode.Unauthenticated;
                break;
            }
            catch (OperationCanceledException)
            {
                break;
            }

            if (!await WaitAsync(failures++))
            {
                break;
            }
        }

        _changes.Writer.TryComplete();
    }

    /// <returns>The token to leave behind, when the server did not take it.</returns>
    private async Task<string?> ServeOnceAsync(string? rejected, Action onInStep)
    {
        var token = await _api.AccessTokenAsync(rejected, _stopping.Token);
        await using var connection = await HongyanConnection.ConnectAsync(
            _api.Server,
            token,
            _options.Connection,
            _stopping.Token
        );
        _api.Clock.Learn(connection.Welcome.Now, precisionMs: 50);
        await _state.CatchUpAsync(connection, _stopping.Token);
        onInStep();
        await _changes.Writer.WriteAsync(new InStepChanged(true), _stopping.Token);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var pings = PingAsync(connection, ended.Token);
        _outbox.Attach(connection);
        try
        {
            await foreach (var frame in connection.Frames.ReadAllAsync(_stopping.Token))
            {
                await _state.ApplyAsync(connection, frame, _stopping.Token);
                if (_options.MarksDelivered && frame is Pushed { Message: var message })
                {
                    await connection.PostAsync(new Mark(message.Conversation, Delivered: message.Seq), _stopping.Token);
                }
            }
        }
        finally
        {
            _outbox.Detach();
            await ended.CancelAsync();
            await pings;
            await _changes.Writer.WriteAsync(new InStepChanged(false), CancellationToken.None);
        }

        var code = await connection.Closed;
        if (!CloseCode.ShouldReconnect(code))
        {
            throw new ConnectionClosedException(code);
        }

        return code == CloseCode.Unauthenticated ? token : null;
    }

    /// <summary>Notices a lost last change, and a line that is dead without having said so.</summary>
    private async Task PingAsync(HongyanConnection connection, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(
            TimeSpan.FromSeconds(Math.Max(1, connection.Welcome.PingSeconds)),
            _options.Time
        );
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var (_, isInStep) = await connection
                    .PingAsync(cancellationToken)
                    .WaitAsync(TimeSpan.FromSeconds(connection.Welcome.PingSeconds), _options.Time, cancellationToken);
                if (!isInStep)
                {
                    await connection.DisposeAsync();
                    return;
                }
            }
        }
        catch (TimeoutException)
        {
            await connection.DisposeAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or HongyanException)
        {
            // The connection has ended.
        }
    }

    private async Task<bool> WaitAsync(int failures)
    {
        var longest = Math.Min(
            _options.LongestDelay.TotalMilliseconds,
            _options.FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 20))
        );

        // Full jitter: after a restart not everybody comes back at once. No secret depends on it.
#pragma warning disable CA5394
        var wait = TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * longest);
#pragma warning restore CA5394
        await Task.Delay(wait, _options.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stopping.IsCancellationRequested;
    }
}
