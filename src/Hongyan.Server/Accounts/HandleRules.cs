using System.Text.RegularExpressions;
using Hongyan.Contracts;

namespace Hongyan.Server.Accounts;

/// <summary>Which handles there can be.</summary>
internal static partial class HandleRules
{
    /// <summary>Handles that people would take for the system's own voice, or for a part of an address.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "all",
        "anonymous",
        "api",
        "bot",
        "contact",
        "contacts",
        "everybody",
        "everyone",
        "file-transfer",
        "filetransfer",
        "group",
        "guest",
        "help",
        "hongyan",
        "info",
        "login",
        "mail",
        "moderator",
        "news",
        "nobody",
        "notes",
        "notification",
        "notifications",
        "null",
        "official",
        "operator",
        "owner",
        "postmaster",
        "register",
        "root",
        "security",
        "server",
        "service",
        "settings",
        "staff",
        "support",
        "system",
        "team",
        "undefined",
        "unknown",
        "user",
        "webmaster",
    };

    /// <summary>A handle as it is stored and compared.</summary>
    public static string Normalize(string handle) => handle.Trim().ToLowerInvariant();

    /// <summary>Whether a normalized handle has the form of one.</summary>
    public static bool IsWellFormed(string handle) =>
        handle.Length is >= Limits.HandleMinLength and <= Limits.HandleMaxLength && Form().IsMatch(handle);

    /// <summary>Whether somebody may take this normalized handle.</summary>
    public static bool IsAllowed(string handle) => IsWellFormed(handle) && !Reserved.Contains(handle);

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
