using System.CommandLine;
using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Spectre.Console;

namespace Hongyan.Cli;

/// <summary>Signing up, in and out, and one's devices.</summary>
internal static class AccountCommands
{
    private static readonly Option<Uri> Server = new("--server")
    {
        Description = "The server's address, such as https://chat.example",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080"),
        CustomParser = result =>
        {
            var text = result.Tokens is [var token] ? token.Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https"))
            {
                return uri;
            }

            result.AddError($"{text} is no server's address.");
            return null;
        },
    };

    private static readonly Option<string?> Authority = new("--ca")
    {
        Description = "The certificate of a local authority to trust",
    };

    private static readonly Option<bool> PasswordFromInput = new("--password-stdin")
    {
        Description = "Read the password from standard input; HONGYAN_PASSWORD and a prompt are the other ways",
    };

    private static readonly Argument<string> Handle = new("handle") { Description = "The unique name" };

    public static void AddTo(Command root)
    {
        var name = new Option<string?>("--name") { Description = "The display name; the handle when not given" };
        root.Subcommands.Add(
            Commands.Make(
                "register",
                "Make an account and sign in",
                (result, profile, output, cancellationToken) =>
                    EnterAsync(
                        result,
                        profile,
                        output,
                        isNew: true,
                        (api, handle, password) =>
                            api.RegisterAsync(
                                new RegisterRequest(handle, result.GetValue(name) ?? handle, password, ThisDevice),
                                cancellationToken
                            ),
                        cancellationToken
                    ),
                Handle,
                name,
                Server,
                Authority,
                PasswordFromInput
            )
        );
        root.Subcommands.Add(
            Commands.Make(
                "login",
                "Sign in",
                (result, profile, output, cancellationToken) =>
                    EnterAsync(
                        result,
                        profile,
                        output,
                        isNew: false,
                        (api, handle, password) =>
                            api.SignInAsync(new SignInRequest(handle, password, ThisDevice), cancellationToken),
                        cancellationToken
                    ),
                Handle,
                Server,
                Authority,
                PasswordFromInput
            )
        );
        root.Subcommands.Add(
            Commands.SignedIn(
                "logout",
                "Sign out on this machine",
                (_, api, _, cancellationToken) => api.SignOutAsync(cancellationToken)
            )
        );
        root.Subcommands.Add(
            Commands.SignedIn(
                "whoami",
                "Who is signed in",
                async (_, api, output, cancellationToken) =>
                {
                    var me = await api.MeAsync(cancellationToken);
                    output.Line(me, me.Handle, me.Name, api.Server.ToString());
                }
            )
        );
        root.Subcommands.Add(Devices());
    }

    private static Device ThisDevice => new($"Terminal on {Environment.MachineName}", DeviceKind.Terminal);

    private static Command Devices()
    {
        var devices = Commands.SignedIn("devices", "The devices one is signed in on", ListAsync);
        devices.Subcommands.Add(Commands.SignedIn("list", "The same", ListAsync));
        var session = new Argument<string>("session") { Description = "The session's id, from the list" };
        devices.Subcommands.Add(
            Commands.SignedIn(
                "revoke",
                "End a session",
                (result, api, _, cancellationToken) =>
                    SessionId.TryParse(result.GetValue(session), null, out var id)
                        ? api.RevokeSessionAsync(id, cancellationToken)
                        : throw new HongyanException(ErrorCode.NotFound, "That is no session's id.", false),
                session
            )
        );
        return devices;
    }

    private static async Task ListAsync(
        ParseResult result,
        HongyanApi api,
        Output output,
        CancellationToken cancellationToken
    )
    {
        var sessions = await Pages.AllAsync(after => api.SessionsAsync(after, null, cancellationToken));
        output.Table(
            sessions,
            ["Session", "Device", "Kind", "Signed in", "Last active", ""],
            row =>
                [
                    row.Id.ToString(),
                    row.Device.Name,
                    Output.Word(row.Device.Kind),
                    Output.Time(row.SignedInAt),
                    Output.Time(row.LastActiveAt),
                    row.IsCurrent ? "this one" : "",
                ]
        );
    }

    private static async Task EnterAsync(
        ParseResult result,
        Profile profile,
        Output output,
        bool isNew,
        Func<HongyanApi, string, string, Task<SignedIn>> enter,
        CancellationToken cancellationToken
    )
    {
        if (result.GetValue(Authority) is { } certificate)
        {
            profile.Trust(certificate);
        }

        var password = ReadPassword(result, isNew);
        using var former = await profile.OpenFormerAsync(cancellationToken);
        using var api = profile.Open(result.GetValue(Server)!);
        var signedIn = await enter(api, result.GetValue(Handle)!, password);
        if (former is not null)
        {
            await SignOutQuietlyAsync(former, cancellationToken);
        }

        output.Line(signedIn.Me, signedIn.Me.Handle, signedIn.Me.Name, api.Server.ToString());
    }

    /// <summary>
    /// The session this profile had before would stay in the list of devices for good, and nobody could use it any more.
    /// </summary>
    private static async Task SignOutQuietlyAsync(HongyanApi former, CancellationToken cancellationToken)
    {
        try
        {
            await former.SignOutAsync(cancellationToken);
        }
        catch (HongyanException)
        {
            // Its server is not there or does not know it any more: the list of devices has a button for it.
        }
    }

    private static string ReadPassword(ParseResult result, bool isNew)
    {
        if (result.GetValue(PasswordFromInput))
        {
            return Console.In.ReadLine() ?? "";
        }

        if (Environment.GetEnvironmentVariable("HONGYAN_PASSWORD") is { Length: > 0 } password)
        {
            return password;
        }

        if (Console.IsInputRedirected)
        {
            throw new UsageException("No password: use --password-stdin or HONGYAN_PASSWORD.");
        }

        // On standard error, so that what the command prints can go into a file.
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes }
        );
        var first = console.Prompt(new TextPrompt<string>("Password:").Secret());
        if (isNew && console.Prompt(new TextPrompt<string>("Once more:").Secret()) != first)
        {
            throw new UsageException("The two passwords are not the same.");
        }

        return first;
    }
}
