namespace Hongyan.Server.Accounts;

/// <summary>
/// The refresh token of a browser: out of reach of scripts, sent only from our own pages, and only to the endpoints of
/// sessions.
/// </summary>
internal static class RefreshCookie
{
    public const string Name = "hy_refresh";
    public const string Path = "/api/sessions";

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Set(HttpContext context, string token, TimeSpan lifetime)
    {
        var options = Options(context);
        options.MaxAge = lifetime;
        context.Response.Cookies.Append(Name, token, options);
    }

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = Path,
            IsEssential = true,
        };
}
