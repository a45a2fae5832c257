using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace Hongyan.Server.Platform;

/// <summary>The headers that keep a browser from doing what the client never asks for.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// The web client: everything from this server, no inline script or style, no plug-ins, no framing. Pictures may
    /// also be blobs (avatars are fetched with the access token) and data.
    /// </summary>
    private const string AppPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
        + "media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";

    private static readonly KeyValuePair<string, StringValues>[] Always =
    [
        new("Content-Security-Policy", AppPolicy),
        new("X-Content-Type-Options", "nosniff"),
        new("X-Frame-Options", "DENY"),
        new("Referrer-Policy", "no-referrer"),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Cross-Origin-Resource-Policy", "same-origin"),
        new(
            "Permissions-Policy",
            "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
        ),
    ];

    /// <summary>Adds the headers to every answer; one that the answer has already stays as it is.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
            {
                // When the answer starts, because an exception clears what was set before.
                context.Response.OnStarting(
                    static state =>
                    {
                        Add((HttpContext)state);
                        return Task.CompletedTask;
                    },
                    context
                );
                return next(context);
            }
        );

    /// <summary>
    /// The page that shows the interface: its script sets styles of its own. Nothing from elsewhere here either.
    /// </summary>
    /// <returns>The nonce to put on its scripts.</returns>
    public static string UseDocsPolicy(HttpContext context)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
        return nonce;
    }

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        foreach (var header in Always)
        {
            headers.TryAdd(header.Key, header.Value);
        }

        // Paths of endpoints are matched without regard to case.
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            headers.TryAdd("Cache-Control", "no-store");
        }
    }
}
