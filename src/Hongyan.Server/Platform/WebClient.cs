using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Hongyan.Server.Platform;

/// <summary>Serves the built web client, if there is one.</summary>
internal static class WebClient
{
    private const string Page = "index.html";
    private static readonly string[] Interfaces = ["/api", "/ws", "/health", "/metrics", "/openapi", "/docs"];

    /// <summary>
    /// Files by their names; any other page a browser navigates to is the client's own. What belongs to an interface
    /// is left to the endpoints, so that an unknown one is a 404 and not a page.
    /// </summary>
    public static void UseWebClient(this WebApplication app, string? webRoot)
    {
        if (string.IsNullOrEmpty(webRoot) || !File.Exists(Path.Combine(webRoot, Page)))
        {
            return;
        }

        var files = new PhysicalFileProvider(Path.GetFullPath(webRoot));
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".webmanifest"] = "application/manifest+json";
        app.UseWhen(
            context => !IsInterface(context.Request.Path),
            branch =>
            {
                branch.UseResponseCompression();
                branch.Use(
                    (context, next) =>
                    {
                        if (IsNavigation(context.Request, files))
                        {
                            context.Request.Path = $"/{Page}";
                        }

                        return next(context);
                    }
                );
                branch.UseStaticFiles(
                    new StaticFileOptions
                    {
                        FileProvider = files,
                        ContentTypeProvider = types,
                        OnPrepareResponse = SetCaching,
                    }
                );
            }
        );
    }

    private static bool IsInterface(PathString path) =>
        Interfaces.Any(start => path.StartsWithSegments(start, StringComparison.OrdinalIgnoreCase));

    private static bool IsNavigation(HttpRequest request, PhysicalFileProvider files) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !Path.HasExtension(request.Path.Value)
        && !files.GetFileInfo(request.Path.Value ?? "/").Exists;

    /// <summary>Names under /assets hold a hash of the content and never change; everything else is asked for again.</summary>
    private static void SetCaching(StaticFileResponseContext context) =>
        context.Context.Response.Headers[HeaderNames.CacheControl] = context.Context.Request.Path.StartsWithSegments(
            "/assets",
            StringComparison.Ordinal
        )
            ? "public, max-age=31536000, immutable"
            : "no-cache";
}
