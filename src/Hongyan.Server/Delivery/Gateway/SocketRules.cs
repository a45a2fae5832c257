namespace Hongyan.Server.Delivery.Gateway;

/// <summary>Who may open the socket, whichever way they come.</summary>
internal static class SocketRules
{
    /// <summary>Whether the client speaks this protocol and comes from where it may.</summary>
    public static bool MayOpen(HttpRequest request) =>
        IsOwnOrigin(request)
        && UpgradeRequest.HasToken(
            request.Headers.SecWebSocketProtocol,
            SocketEndpoint.Subprotocol,
            StringComparison.Ordinal
        );

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
