using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <summary>
/// The HTTP interface, one method an endpoint. Access tokens are refreshed when they end; two calls that need it share
/// one refresh. Every method throws <see cref="HongyanException"/> when the server refuses or cannot be reached.
/// </summary>
public sealed partial class HongyanApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly ISessionStore _store;
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private string? _accessToken;

    /// <summary>Makes the interface to a server.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="store">Where the session is kept; in memory when null.</param>
    /// <param name="handler">How to send requests, such as one that trusts a local authority; disposed with this.</param>
    /// <param name="time">The device's clock; the system's when null.</param>
    public HongyanApi(
        Uri server,
        ISessionStore? store = null,
        HttpMessageHandler? handler = null,
        TimeProvider? time = null
    )
    {
        Server = server;
        _store = store ?? new MemorySessionStore();
        _http = new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = server };
        Clock = new ServerClock(time ?? TimeProvider.System);
    }

    /// <summary>The server's address.</summary>
    public Uri Server { get; }

    /// <summary>The server's clock, learned from its answers.</summary>
    public ServerClock Clock { get; }

    /// <summary>Makes an account and signs in.</summary>
    public Task<SignedIn> RegisterAsync(RegisterRequest request, CancellationToken cancellationToken = default) =>
        EnterAsync("api/accounts", request, cancellationToken);

    /// <summary>Signs in.</summary>
    public Task<SignedIn> SignInAsync(SignInRequest request, CancellationToken cancellationToken = default) =>
        EnterAsync("api/sessions", request, cancellationToken);

    /// <summary>Signs out, and forgets the session even when the server cannot be reached.</summary>
    public async Task SignOutAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, "api/sessions/current", null, cancellationToken);
        }
        finally
        {
            _accessToken = null;
            await using var pass = await _store.LockAsync(cancellationToken);
            await _store.SaveAsync(null, cancellationToken);
        }
    }

    /// <summary>The kept session, or null when nobody is signed in.</summary>
    public ValueTask<StoredSession?> SessionAsync(CancellationToken cancellationToken = default) =>
        _store.LoadAsync(cancellationToken);

    /// <summary>An access token that is good now.</summary>
    /// <param name="rejected">A token that the server did not take; another one is fetched.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HongyanException">Nobody is signed in, or the session has ended.</exception>
    public async Task<string> AccessTokenAsync(string? rejected = null, CancellationToken cancellationToken = default)
    {
        if (_accessToken is { } token && token != rejected)
        {
            return token;
        }

        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (_accessToken is { } refreshed && refreshed != rejected)
            {
                return refreshed;
            }

            await using var pass = await _store.LockAsync(cancellationToken);
            var session =
                await _store.LoadAsync(cancellationToken)
                ?? throw new HongyanException(ErrorCode.Unauthenticated, "Nobody is signed in.", isRetryable: false);
            var signedIn = await PostAnonymousAsync(
                "api/sessions/refresh",
                new RefreshRequest(session.RefreshToken),
                cancellationToken
            );
            await KeepAsync(signedIn, cancellationToken);
            return signedIn.AccessToken;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        _refreshing.Dispose();
    }

    internal static string Query(params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var query = "";
        foreach (var (name, value) in values)
        {
            if (value is not null)
            {
                var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(text)}";
            }
        }

        return query;
    }

    private async Task<SignedIn> EnterAsync<T>(string path, T request, CancellationToken cancellationToken)
    {
        var signedIn = await PostAnonymousAsync(path, request, cancellationToken);
        await using var pass = await _store.LockAsync(cancellationToken);
        return await KeepAsync(signedIn, cancellationToken);
    }

    private async Task<SignedIn> KeepAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        if (signedIn.RefreshToken is { } refreshToken)
        {
            var session = new StoredSession(Server, signedIn.Me.Id, signedIn.Me.Handle, signedIn.Session, refreshToken);
            await _store.SaveAsync(session, cancellationToken);
        }

        _accessToken = signedIn.AccessToken;
        return signedIn;
    }

    private async Task<SignedIn> PostAnonymousAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        using var response = await SendOnceAsync(request, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        return await ReadAsync<SignedIn>(response, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        await SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        Func<HttpContent>? content,
        CancellationToken cancellationToken
    )
    {
        using var response = await SendSignedInAsync(method, path, content, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    private async Task SendAsync(
        HttpMethod method,
        string path,
        Func<HttpContent>? content,
        CancellationToken cancellationToken
    ) => (await SendSignedInAsync(method, path, content, cancellationToken)).Dispose();

    private async Task<HttpResponseMessage> SendSignedInAsync(
        HttpMethod method,
        string path,
        Func<HttpContent>? content,
        CancellationToken cancellationToken
    )
    {
        string? rejected = null;
        while (true)
        {
            var token = await AccessTokenAsync(rejected, cancellationToken);
            using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await SendOnceAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var refusal = await RefusalAsync(response, cancellationToken);
                if (refusal.Code != ErrorCode.Unauthenticated || rejected is not null)
                {
                    throw refusal;
                }
            }

            rejected = token;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var response = await _http.SendAsync(request, cancellationToken);
            if (response.Headers.Date is { } date)
            {
                // To the second only, and later by the time of the answer.
                Clock.Learn(date.ToUnixTimeMilliseconds(), precisionMs: 2_000);
            }

            return response;
        }
        catch (Exception exception)
            when (exception is HttpRequestException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // Nothing there, or no answer in the time that the HTTP client waits.
            throw HongyanException.Lost(exception);
        }
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusalAsync(response, cancellationToken);
        }
    }

    private static async Task<HongyanException> RefusalAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(HongyanJson.Wire.Problem, cancellationToken);
            var wait = problem!.RetryAfterMs is { } ms
                ? TimeSpan.FromMilliseconds(ms)
                : response.Headers.RetryAfter?.Delta;
            return new HongyanException(problem.Code, problem.Title, problem.Retryable, wait);
        }
        catch (JsonException exception)
        {
            // Not Hongyan that answered: a proxy, or another server.
            return new HongyanException(
                HongyanException.Unreachable,
                $"The server answered {(int)response.StatusCode} without saying why.",
                (int)response.StatusCode >= 500,
                inner: exception
            );
        }
    }

    private static Func<HttpContent> Body<T>(T value) => () => Json(value);

    private static JsonContent Json<T>(T value) => JsonContent.Create(value, ClientJson.Type<T>());

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        (await response.Content.ReadFromJsonAsync(ClientJson.Type<T>(), cancellationToken))!;
}
