using System.CommandLine;
using System.Security.Authentication;
using Hongyan.Client;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;

namespace Hongyan.Cli;

/// <summary>All commands, and what they share.</summary>
internal static class Commands
{
    public static readonly Option<string> ProfileOption = new("--profile")
    {
        Description = "Which identity on this machine to use",
        DefaultValueFactory = _ => "default",
        Recursive = true,
    };

    public static readonly Option<bool> JsonOption = new("--json")
    {
        Description = "Print one JSON object a line",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(
            "Hongyan in a terminal. Exit codes: 0 done, 1 refused, 2 usage, 3 unreachable, 4 signed out."
        )
        {
            ProfileOption,
            JsonOption,
        };
        AccountCommands.AddTo(root);
        ContactCommands.AddTo(root);
        ConversationCommands.AddTo(root);
        MessageCommands.AddTo(root);
        TailCommand.AddTo(root);
        if (args.Length == 0)
        {
            await root.Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = Console.Error });
            return ExitCode.Usage;
        }

        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{result.Errors[0].Message} See hongyan --help.");
            return ExitCode.Usage;
        }

        return await result.InvokeAsync();
    }

    /// <summary>Makes a command that runs signed in.</summary>
    public static Command SignedIn(
        string name,
        string description,
        Func<ParseResult, HongyanApi, Output, CancellationToken, Task> run,
        params ReadOnlySpan<Symbol> symbols
    ) =>
        Make(
            name,
            description,
            async (result, profile, output, cancellationToken) =>
            {
                using var api = await profile.OpenAsync(cancellationToken);
                await run(result, api, output, cancellationToken);
            },
            symbols
        );

    /// <summary>Makes a command.</summary>
    public static Command Make(
        string name,
        string description,
        Func<ParseResult, Profile, Output, CancellationToken, Task> run,
        params ReadOnlySpan<Symbol> symbols
    )
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    command.Options.Add(option);
                    break;
                case Argument argument:
                    command.Arguments.Add(argument);
                    break;
            }
        }

        command.SetAction(
            (result, cancellationToken) =>
                ReportAsync(async () =>
                {
                    var output = new Output(Console.Out, result.GetValue(JsonOption), !Console.IsOutputRedirected);
                    await run(result, new Profile(result.GetValue(ProfileOption)!), output, cancellationToken);
                })
        );
        return command;
    }

    private static (string Text, int ExitCode) Explain(int closeCode) =>
        closeCode switch
        {
            CloseCode.Replaced => (
                "This profile is connected from somewhere else now, such as by another tail; use --profile for a second one. (replaced)",
                ExitCode.Refused
            ),
            CloseCode.SessionRevoked => (
                "The session has ended; use hongyan login. (session_revoked)",
                ExitCode.SignedOut
            ),
            CloseCode.Unauthenticated => (
                "The session has ended; use hongyan login. (unauthenticated)",
                ExitCode.SignedOut
            ),
            _ => ($"The server closed the connection with {closeCode}.", ExitCode.Unreachable),
        };

    /// <summary>Runs, and turns what goes wrong into one line and an exit code.</summary>
    private static async Task<int> ReportAsync(Func<Task> run)
    {
        try
        {
            await run();
            return ExitCode.Ok;
        }
        catch (HongyanException exception)
            when (exception.InnerException is HttpRequestException { InnerException: AuthenticationException })
        {
            await Console.Error.WriteLineAsync(
                "The server's certificate is not trusted here. If it is your own, sign in with --ca FILE (the server names the file when it starts)."
            );
            return ExitCode.Unreachable;
        }
        catch (HongyanException exception)
            when (exception.Code is ErrorCode.SessionRevoked or ErrorCode.InvalidRefreshToken)
        {
            await Console.Error.WriteLineAsync($"The session has ended; use hongyan login. ({exception.Code})");
            return ExitCode.SignedOut;
        }
        catch (HongyanException exception)
        {
            await Console.Error.WriteLineAsync($"{exception.Message} ({exception.Code})");
            return exception.Code switch
            {
                HongyanException.Unreachable => ExitCode.Unreachable,
                ErrorCode.Unauthenticated => ExitCode.SignedOut,
                _ => ExitCode.Refused,
            };
        }
        catch (ConnectionClosedException exception)
        {
            var (text, exitCode) = Explain(exception.CloseCode);
            await Console.Error.WriteLineAsync(text);
            return exitCode;
        }
        catch (UsageException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCode.Refused;
        }
    }
}
