using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Connections;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// <c>/ws</c>: the door to the socket. Over HTTP/1.1 it is a GET, which <see cref="SocketDoor"/> sees before ASP.NET
/// does; over HTTP/2 a CONNECT (RFC 8441). What comes here is opened on ASP.NET's WebSocket, or refused.
/// </summary>
internal static class SocketEndpoint
{
    public const string Path = "/ws";
    public const string Subprotocol = "hongyan.v1";

    private const string Version = "13";
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Connect];

    public static void MapSocket(this WebApplication app) =>
        app.MapMethods(Path, Methods, HandleAsync).WithRule(AccessRule.Anonymous).ExcludeFromDescription();

    /// <summary>Lets connections become sockets of our own, if the settings say so. Comes after encryption.</summary>
    public static void UseSocketDoor(this IConnectionBuilder connections)
    {
        var services = connections.ApplicationServices;
        if (services.GetRequiredService<DeliveryOptions>().Socket == SocketKind.Own)
        {
            connections.Use(next =>
            {
                var door = services.GetRequiredService<SocketDoor>();
                return connection => door.OnConnectionAsync(connection, next);
            });
        }
    }

    private static async Task HandleAsync(HttpContext context, SocketGateway gateway)
    {
        var (request, response) = (context.Request, context.Response);
        // Kestrel lets a request of HTTP/1.0 upgrade, which RFC 6455, 4.2.1, does not.
        if (!context.WebSockets.IsWebSocketRequest || HttpProtocol.IsHttp10(request.Protocol))
        {
            response.StatusCode = Refuse(request, response.Headers);
            return;
        }

        if (!SocketRules.MayOpen(request))
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { SubProtocol = Subprotocol, KeepAliveInterval = TimeSpan.Zero }
        );
        await gateway.RunAsync(new WebSocketFrameSocket(socket, context.RequestAborted));
    }

    /// <summary>What is wrong with a handshake (RFC 6455, 4.2.1 and 4.4).</summary>
    private static int Refuse(HttpRequest request, IHeaderDictionary headers)
    {
        headers.Upgrade = "websocket";
        var isUpgrade = UpgradeRequest.HasToken(
            request.Headers.Upgrade,
            "websocket",
            StringComparison.OrdinalIgnoreCase
        );
        if (!isUpgrade)
        {
            return StatusCodes.Status426UpgradeRequired;
        }

        if (request.Headers.SecWebSocketVersion is not [Version])
        {
            headers.SecWebSocketVersion = Version;
            return StatusCodes.Status426UpgradeRequired;
        }

        return StatusCodes.Status400BadRequest;
    }
}
