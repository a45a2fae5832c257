using Hongyan.Server.Platform;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary><c>/ws</c>: the door to the socket. Over HTTP/1.1 it is a GET, over HTTP/2 a CONNECT (RFC 8441).</summary>
internal static class SocketEndpoint
{
    public const string Path = "/ws";
    public const string Subprotocol = "hongyan.v1";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Connect];

    public static void MapSocket(this WebApplication app) =>
        app.MapMethods(Path, Methods, HandleAsync).WithRule(AccessRule.Anonymous).ExcludeFromDescription();

    private static async Task HandleAsync(HttpContext context, SocketGateway gateway)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            return;
        }

        if (!IsOwnOrigin(context.Request) || !context.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = Subprotocol, KeepAliveInterval = TimeSpan.Zero }
        );
        await using var frames = new WebSocketFrameSocket(socket);
        await gateway.RunAsync(frames);
    }

    /// <summary>Browsers say where the page came from; only this server's own pages may connect. Other clients say nothing.</summary>
    private static bool IsOwnOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ Length: > 0 } origin]
        || (
            Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var server)
            // Not the host as written: the usual port may be there or not.
            && (page.Scheme, page.IdnHost, page.Port) == (server.Scheme, server.IdnHost, server.Port)
        );
}
