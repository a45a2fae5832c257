using Hongyan.Server.Platform;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary><c>GET /ws</c>: the door to the socket.</summary>
internal static class SocketEndpoint
{
    public const string Path = "/ws";
    public const string Subprotocol = "hongyan.v1";

    public static void MapSocket(this WebApplication app) =>
        app.MapGet(Path, HandleAsync).WithRule(AccessRule.Anonymous).ExcludeFromDescription();

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
            Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme == request.Scheme
            && HostString.FromUriComponent(uri) == request.Host
        );
}
