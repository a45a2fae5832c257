using System.CommandLine;
using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.Cli;

/// <summary>Follows conversations: nothing is missed while the line is down, and nothing is printed twice.</summary>
internal sealed class TailCommand
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly HongyanApi _api;
    private readonly Output _output;
    private readonly ConversationHead? _only;
    private readonly Dictionary<ConversationId, Known> _known = [];

    /// <summary>The last message that is printed, when earlier ones were asked for.</summary>
    private long? _printed;

    private TailCommand(HongyanApi api, Output output, ConversationHead? only, long? since) =>
        (_api, _output, _only, _printed) = (api, output, only, since);

    public static void AddTo(Command root)
    {
        var target = new Argument<string?>("conversation")
        {
            Description = $"{Target.Description}; all conversations when left out, each line then begins with its own",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var since = new Option<long?>("--since")
        {
            Description = "First print what came after this number; needs a conversation",
        };
        since.Validators.Add(Numbers.AtLeast(0));
        var tail = Commands.Make(
            "tail",
            "Print messages as they come, until Ctrl-C; comes back by itself when the line breaks",
            async (result, profile, output, cancellationToken) =>
            {
                using var api = await profile.OpenAsync(cancellationToken);
                var only = result.GetValue(target) is { } name
                    ? await Target.ResolveAsync(api, name, cancellationToken)
                    : null;
                var command = new TailCommand(api, output, only, result.GetValue(since));
                await command.RunAsync(profile, cancellationToken);
            },
            target,
            since
        );
        tail.Validators.Add(result =>
        {
            if (result.GetValue(since) is not null && result.GetValue(target) is null)
            {
                result.AddError("--since needs a conversation.");
            }
        });
        root.Subcommands.Add(tail);
    }

    private async Task RunAsync(Profile profile, CancellationToken cancellationToken)
    {
        await using var client = new HongyanClient(_api, new ClientOptions { Connection = profile.Connection() });
        await client.StartAsync(cancellationToken);
        var wasInStep = true;
        await foreach (var change in client.Changes.WithCancellation(cancellationToken))
        {
            switch (change)
            {
                case InStepChanged { IsInStep: var isInStep }:
                    if (isInStep && _only is not null && _printed is { } printed)
                    {
                        await PrintAfterAsync(_only.Id, printed, cancellationToken);
                    }

                    if (!isInStep || !wasInStep)
                    {
                        _output.Note(isInStep ? "The line is back." : "The line is down; coming back.");
                    }

                    wasInStep = isInStep;
                    break;
                case MessageChanged { Message: var message } when IsWanted(message):
                    await PrintAsync(message, cancellationToken);
                    break;
                case PersonalChanged { Change: ConversationChanged { Head: var head } }:
                    _known.Remove(head.Id); // its name or its members are others now
                    break;
            }
        }

        if (client.EndedWith is { } code)
        {
            throw new ConnectionClosedException(code);
        }
    }

    private bool IsWanted(Message message) =>
        (_only is null || _only.Id == message.Conversation) && message.Seq > (_printed ?? 0);

    private async Task PrintAfterAsync(ConversationId conversation, long seq, CancellationToken cancellationToken)
    {
        HistoryPage page;
        do
        {
            page = await UntilAnsweredAsync(
                () => _api.HistoryAsync(conversation, after: seq, cancellationToken: cancellationToken),
                cancellationToken
            );
            foreach (var message in page.Messages)
            {
                await PrintAsync(message, cancellationToken);
                seq = message.Seq;
            }
        } while (page.HasMore);
    }

    private async Task PrintAsync(Message message, CancellationToken cancellationToken)
    {
        var (target, names) = await KnowAsync(message.Conversation, cancellationToken);
        var fields = Output.Fields(message, names);
        _output.Line(message, _only is null ? [target, .. fields] : fields);
        if (_printed is not null)
        {
            _printed = message.Seq;
        }
    }

    private async Task<Known> KnowAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(conversation, out var known))
        {
            known = await UntilAnsweredAsync(() => AskAsync(conversation, cancellationToken), cancellationToken);
            _known[conversation] = known;
        }

        return known;
    }

    private async Task<Known> AskAsync(ConversationId conversation, CancellationToken cancellationToken)
    {
        try
        {
            var head = await _api.ConversationAsync(conversation, cancellationToken);
            var names = await Target.NamesAsync(_api, conversation, cancellationToken);
            return new Known(Target.Name(head), names);
        }
        catch (HongyanException exception) when (exception.Code == ErrorCode.NotFound)
        {
            // One has left it since the message was pushed.
            return new Known(conversation.ToString(), []);
        }
    }

    /// <summary>The line may break in the middle of printing: what is asked for meanwhile waits for it, like the rest.</summary>
    private static async Task<T> UntilAnsweredAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (HongyanException exception) when (exception.IsRetryable)
            {
                await Task.Delay(exception.RetryAfter ?? RetryDelay, cancellationToken);
            }
        }
    }

    /// <summary>What a conversation is called on the command line, and what its members are called.</summary>
    private sealed record Known(string Target, Dictionary<UserId, string> Names);
}
