using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hongyan.Server.Delivery.Gateway.Framing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// Looks at the first request of each connection. A good request for the socket is answered here, and the connection
/// becomes one; everything else goes on to ASP.NET as if nobody had looked, bad requests for the socket among it, so that
/// there is one place that refuses.
/// </summary>
internal sealed class SocketDoor(
    SocketGateway gateway,
    DeliveryOptions options,
    IOptions<KestrelServerOptions> kestrel,
    IOptions<ForwardedHeadersOptions> forwarded,
    IOptions<HostFilteringOptions> hosts,
    ILoggerFactory loggers
)
{
    /// <summary>What every accept key is made with (RFC 6455, 1.3).</summary>
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    private readonly ForwardedHeadersMiddleware _forwarded = new(_ => Task.CompletedTask, loggers, forwarded);

    private enum Verdict
    {
        PassOn,
        Opened,
        GiveUp,
    }

    public async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var output = FrameOutput.Of(connection);
        switch (IsHttp2(connection) ? Verdict.PassOn : await LookAsync(connection, output))
        {
            case Verdict.PassOn:
                await next(connection);
                break;
            case Verdict.Opened:
                using (var socket = new PipeFrameSocket(connection, output))
                {
                    await gateway.RunAsync(socket);
                }

                break;
        }
    }

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>() is { } tls
        && tls.ApplicationProtocol.Span.SequenceEqual("h2"u8);

    private async Task<Verdict> LookAsync(ConnectionContext connection, FrameOutput output)
    {
        var input = connection.Transport.Input;
        var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(closing ?? CancellationToken.None);
        timeout.CancelAfter(kestrel.Value.Limits.KeepAliveTimeout);
        var hasBegun = false;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(timeout.Token);
                var buffer = result.Buffer;
                if (!MayBegin(buffer) || result.IsCompleted || buffer.Length > MaxHeadBytes)
                {
                    input.AdvanceTo(buffer.Start);
                    return Verdict.PassOn;
                }

                if (EndOfHead(buffer) is { } end)
                {
                    return await OpenAsync(connection, output, buffer, end);
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                if (!hasBegun && !buffer.IsEmpty)
                {
                    hasBegun = true;
                    timeout.CancelAfter(options.HandshakeTimeout);
                }
            }
        }
        catch (OperationCanceledException) when (hasBegun && closing?.IsCancellationRequested != true)
        {
            return await TimeOutAsync(connection);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // Gone before it said anything, or the server stops.
            return Verdict.GiveUp;
        }
    }

    private long MaxHeadBytes =>
        kestrel.Value.Limits.MaxRequestLineSize + (long)kestrel.Value.Limits.MaxRequestHeadersTotalSize;

    private static bool MayBegin(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[16];
        var length = (int)Math.Min(buffer.Length, start.Length);
        buffer.Slice(0, length).CopyTo(start);
        return UpgradeRequest.MayBegin(start[..length]);
    }

    private static SequencePosition? EndOfHead(in ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, HeadEnd) ? reader.Position : null;
    }

    private async Task<Verdict> OpenAsync(
        ConnectionContext connection,
        FrameOutput output,
        ReadOnlySequence<byte> buffer,
        SequencePosition end
    )
    {
        var head = buffer.Slice(0, end);
        var headers = UpgradeRequest.Parse(head.IsSingleSegment ? head.FirstSpan : head.ToArray());
        if (headers is null || !MayOpen(connection, headers))
        {
            connection.Transport.Input.AdvanceTo(buffer.Start);
            return Verdict.PassOn;
        }

        connection.Transport.Input.AdvanceTo(end);
        var answer =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + $"Sec-WebSocket-Accept: {AcceptKey(headers.SecWebSocketKey.ToString())}\r\n"
            + $"Sec-WebSocket-Protocol: {SocketEndpoint.Subprotocol}\r\n\r\n";
        await output.SendAsync(Encoding.ASCII.GetBytes(answer));
        return Verdict.Opened;
    }

    /// <summary>Judges the request as the pipeline would: proxies, hosts, and the endpoint's own rules.</summary>
    private bool MayOpen(ConnectionContext connection, IHeaderDictionary headers)
    {
        var context = new DefaultHttpContext();
        var request = context.Request;
        foreach (var header in headers)
        {
            request.Headers[header.Key] = header.Value;
        }

        request.Scheme = connection.Features.Get<ITlsConnectionFeature>() is null ? "http" : "https";
        context.Connection.RemoteIpAddress = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        context.Connection.RemotePort = (connection.RemoteEndPoint as IPEndPoint)?.Port ?? 0;
        _forwarded.ApplyForwarders(context);
        return IsAllowedHost(request.Host) && SocketRules.MayOpen(request);
    }

    private bool IsAllowedHost(HostString host)
    {
        var allowed = hosts.Value.AllowedHosts;
        return allowed.Count == 0
            || allowed.Contains("*")
            || HostString.MatchesAny(
                host.Host,
                [.. allowed.Select(name => (Microsoft.Extensions.Primitives.StringSegment)name)]
            );
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 asks for it; nothing secret depends on it.")]
    private static string AcceptKey(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));

    private static async Task<Verdict> TimeOutAsync(ConnectionContext connection)
    {
        await connection.Transport.Output.WriteAsync(
            "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray()
        );
        return Verdict.GiveUp;
    }
}
