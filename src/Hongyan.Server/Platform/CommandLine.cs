using System.Globalization;

namespace Hongyan.Server.Platform;

/// <summary>The server's own options on the command line, as configuration keys.</summary>
internal static class CommandLine
{
    public const string Help = """
        Hongyan, a chat server of your own.

          --port N                     the port to serve on; 0 takes any free one (default 5080)
          --data DIR                   where the data lives (default ./data)
          --tls                        serve HTTPS with a local certificate authority, or your own certificate files
          --listen ADDRESS             the address to listen on (default 127.0.0.1); other machines need --tls
          --insecure-listen-anywhere   listen on --listen without TLS; passwords and messages then travel readable
          --web DIR                    the folder of the built web client; without it only the interfaces are served
          --demo                       fill an empty system with a few people, a group and some history
          --help                       show this

        Everything else is configuration: environment variables such as Hongyan__Database__Provider=postgres,
        or appsettings.json beside the server. See docs/operations.md.
        """;

    private static readonly Dictionary<string, string> WithValue = new(StringComparer.Ordinal)
    {
        ["--port"] = "Hongyan:Port",
        ["--data"] = "Hongyan:DataDirectory",
        ["--listen"] = "Hongyan:Listen:Address",
        ["--web"] = "Hongyan:WebRoot",
    };

    private static readonly Dictionary<string, string> Flags = new(StringComparer.Ordinal)
    {
        ["--tls"] = "Hongyan:Tls:Enabled",
        ["--insecure-listen-anywhere"] = "Hongyan:Listen:AllowPlainText",
        ["--demo"] = "Hongyan:Demo",
    };

    /// <summary>Reads the arguments.</summary>
    /// <param name="args">What the process was started with.</param>
    /// <param name="error">What is wrong with them, in one line, or null.</param>
    /// <returns>The configuration they stand for.</returns>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> args, out string? error)
    {
        var settings = new Dictionary<string, string?>();
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (Flags.TryGetValue(name, out var flag) && value is null)
            {
                settings[flag] = "true";
            }
            else if (WithValue.TryGetValue(name, out var key))
            {
                if (value is null && ++i == args.Count)
                {
                    error = $"{name} needs a value; see --help.";
                    return settings;
                }

                settings[key] = value ?? args[i];
                if (name == "--port" && !ushort.TryParse(settings[key], CultureInfo.InvariantCulture, out _))
                {
                    error = $"--port {settings[key]} is none; ports go from 0 to 65535.";
                    return settings;
                }
            }
            else
            {
                error = $"Unknown option {args[i]}; see --help.";
                return settings;
            }
        }

        error = null;
        return settings;
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }
}
