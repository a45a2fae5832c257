using System.Globalization;
using Hongyan.Client;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hongyan.UnitTests.Client;

/// <summary>A server on loopback that says what a test tells it to say: real sockets, no rules of its own.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _refreshes;

    private ScriptedServer(WebApplication app) => _app = app;

    public static UserId Me { get; } = new(7);

    public static SessionId Session { get; } = new(70);

    public Uri Address { get; private set; } = null!;

    /// <summary>Serves a socket whose hello has been read; the socket ends when this does.</summary>
    public Func<ServerSocket, Task> Serve { get; set; } = socket => socket.Ended;

    /// <summary>What went wrong first in serving a socket: a fault of the test, not of the client.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>How often an access token was asked for; the next is named after it.</summary>
    public int Refreshes => Volatile.Read(ref _refreshes);

    /// <summary>Answers a refresh in another way than with a token.</summary>
    public Func<HttpContext, IResult?> OnRefresh { get; set; } = _ => null;

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedServer(app);
        app.UseWebSockets();
        app.Map("/ws", server.ServeAsync);
        app.MapPost("/api/sessions/refresh", server.Refresh);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        server.Address = new Uri(addresses.First());
        return server;
    }

    /// <summary>The interface of a device that is signed in here.</summary>
    public async Task<HongyanApi> OpenAsync(TimeProvider? time = null)
    {
        var sessions = new MemorySessionStore();
        await sessions.SaveAsync(new StoredSession(Address, Me, "me", Session, "refresh"), CancellationToken.None);
        return new HongyanApi(Address, sessions, time: time);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token); // without a grace for sockets that a test left open
        await _app.DisposeAsync();
    }

    private IResult Refresh(HttpContext context)
    {
        var number = Interlocked.Increment(ref _refreshes);
        return OnRefresh(context)
            ?? Results.Json(
                new SignedIn
                {
                    Session = Session,
                    Me = new Me
                    {
                        Id = Me,
                        Handle = "me",
                        Name = "Me",
                        Region = "",
                        Signature = "",
                    },
                    AccessToken = "token-" + number.ToString(CultureInfo.InvariantCulture),
                    ExpiresInSeconds = 600,
                    RefreshToken = "refresh",
                },
                HongyanJson.Wire.SignedIn
            );
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var webSocket = await context.WebSockets.AcceptWebSocketAsync("hongyan.v1");
        await using var socket = await ServerSocket.OpenAsync(webSocket, context.Abort);
        try
        {
            await Serve(socket);
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
    }
}
