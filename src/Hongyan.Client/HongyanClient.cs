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
        _running = Task.Run(RunToItsEndAsync, CancellationToken.None);
    }

    /// <summary>
    /// Puts a message into the outbox. It is kept when this returns, and sent as soon as the line allows; it comes out
    /// of <see cref="Changes"/> as <see cref="SendSucceeded"/> or as <see cref="SendFailed"/>.
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

    private async Task RunToItsEndAsync()
    {
        try
        {
            await RunAsync();
            _changes.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            // Such as a full disk under the outbox: whoever reads the changes is told, rather than left to wait.
            _changes.Writer.TryComplete(exception);
        }
    }

    private async Task RunAsync()
    {
        var failures = 0;
        string? rejected = null;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var token = await _api.AccessTokenAsync(rejected, _stopping.Token);
                var code = await ServeOnceAsync(token, () => failures = 0);
                if (!CloseCode.ShouldReconnect(code))
                {
                    EndedWith = code;
                    break;
                }

                rejected = code == CloseCode.Unauthenticated ? token : null;
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
    }

    /// <returns>What the connection was closed with, a welcome or not.</returns>
    private async Task<int> ServeOnceAsync(string token, Action onInStep)
    {
        try
        {
            return await ConnectAndServeAsync(token, onInStep);
        }
        catch (ConnectionClosedException exception)
        {
            return exception.CloseCode;
        }
    }

    private async Task<int> ConnectAndServeAsync(string token, Action onInStep)
    {
        await using var connection = await ConnectAsync(token);
        _api.Clock.Learn(connection.Welcome.Now, precisionMs: 50);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var pings = PingAsync(connection, ended.Token);
        var isInStep = false;
        try
        {
            await _state.CatchUpAsync(connection, _stopping.Token);
            onInStep();
            await _changes.Writer.WriteAsync(new InStepChanged(true), _stopping.Token);
            isInStep = true;
            _outbox.Attach(connection);
            await foreach (var frame in connection.Frames.ReadAllAsync(_stopping.Token))
            {
                await _state.ApplyAsync(connection, frame, _stopping.Token);
                await MarkDeliveredAsync(connection, frame);
            }
        }
        catch (HongyanException) when (connection.Closed.IsCompleted)
        {
            // In the middle of something; the close code says why.
        }
        finally
        {
            _outbox.Detach();
            await ended.CancelAsync();
            await pings;
            if (isInStep && !_stopping.IsCancellationRequested)
            {
                await _changes.Writer.WriteAsync(new InStepChanged(false), _stopping.Token);
            }
        }

        return await connection.Closed;
    }

    private async Task<HongyanConnection> ConnectAsync(string token)
    {
        using var late = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
        try
        {
            return await HongyanConnection.ConnectAsync(_api.Server, token, _options.Connection, either.Token);
        }
        catch (OperationCanceledException exception) when (!_stopping.IsCancellationRequested)
        {
            throw HongyanException.Lost(exception);
        }
    }

    private async Task MarkDeliveredAsync(HongyanConnection connection, ServerFrame frame)
    {
        if (!_options.MarksDelivered || frame is not Pushed { Message: var message })
        {
            return;
        }

        try
        {
            await connection.PostAsync(new Mark(message.Conversation, Delivered: message.Seq), _stopping.Token);
        }
        catch (HongyanException)
        {
            // The line is down; what came over it before is applied all the same.
        }
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
        catch (Exception exception) when (exception is TimeoutException or HongyanException)
        {
            await connection.DisposeAsync();
        }
        catch (OperationCanceledException)
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
