using System.CommandLine;
using Hongyan.Client;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Cli;

/// <summary>Sending, following and reading messages.</summary>
internal static class MessageCommands
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly Argument<string> To = new("to") { Description = Target.Description };

    public static void AddTo(Command root)
    {
        var text = new Argument<string?>("text")
        {
            Description = "The message; standard input when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var lines = new Option<bool>("--lines") { Description = "Send each line of standard input as a message" };
        root.Subcommands.Add(
            Commands.SignedIn(
                "send",
                "Send a message; ends when it is durable",
                (result, api, output, cancellationToken) =>
                    SendAsync(
                        api,
                        output,
                        result.GetValue(To)!,
                        Texts(result.GetValue(text), result.GetValue(lines)),
                        cancellationToken
                    ),
                To,
                text,
                lines
            )
        );
        var limit = new Option<int>("--limit") { Description = "How many messages", DefaultValueFactory = _ => 50 };
        var before = new Option<long?>("--before") { Description = "Only messages before this number" };
        root.Subcommands.Add(
            Commands.SignedIn(
                "history",
                "The last messages of a conversation, oldest first",
                (result, api, output, cancellationToken) =>
                    HistoryAsync(
                        api,
                        output,
                        result.GetValue(To)!,
                        result.GetValue(limit),
                        result.GetValue(before),
                        cancellationToken
                    ),
                To,
                limit,
                before
            )
        );
        var only = new Argument<string?>("conversation")
        {
            Description = $"{Target.Description}; all conversations when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var since = new Option<long?>("--since") { Description = "First print what came after this number" };
        root.Subcommands.Add(
            Commands.Make(
                "tail",
                "Print messages as they come, until Ctrl-C",
                async (result, profile, output, cancellationToken) =>
                {
                    using var api = await profile.OpenAsync(cancellationToken);
                    await TailAsync(
                        profile,
                        api,
                        output,
                        result.GetValue(only),
                        result.GetValue(since),
                        cancellationToken
                    );
                },
                only,
                since
            )
        );
    }

    private static IEnumerable<string> Texts(string? text, bool isByLine)
    {
        if (text is not null)
        {
            yield return text;
        }
        else if (!isByLine)
        {
            yield return Console.In.ReadToEnd().TrimEnd('\n');
        }
        else
        {
            while (Console.In.ReadLine() is { } line)
            {
                yield return line;
            }
        }
    }

    private static async Task SendAsync(
        HongyanApi api,
        Output output,
        string to,
        IEnumerable<string> texts,
        CancellationToken cancellationToken
    )
    {
        var head = await Target.ResolveAsync(api, to, cancellationToken);
        foreach (var text in texts)
        {
            var sent = await SendAsync(api, head.Id, text, cancellationToken);
            await api.MarkAsync(head.Id, new MarkRequest(Read: sent.Seq), cancellationToken);
            output.Line(sent, sent.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Tries until the message is durable or refused for good; always with the same client id.</summary>
    private static async Task<MessageSent> SendAsync(
        HongyanApi api,
        ConversationId conversation,
        string text,
        CancellationToken cancellationToken
    )
    {
        var request = new SendMessageRequest(api.Clock.NewId(), new TextBody(text));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await api.SendAsync(conversation, request, cancellationToken);
            }
            catch (HongyanException exception) when (exception.IsRetryable && attempt < 5)
            {
                await Task.Delay(exception.RetryAfter ?? RetryDelay, cancellationToken);
            }
        }
    }

    private static async Task HistoryAsync(
        HongyanApi api,
        Output output,
        string to,
        int limit,
        long? before,
        CancellationToken cancellationToken
    )
    {
        var head = await Target.ResolveAsync(api, to, cancellationToken);
        var messages = new List<Message>();
        while (messages.Count < limit)
        {
            var wanted = Math.Min(limit - messages.Count, Contracts.Limits.PageSize);
            var page = await api.HistoryAsync(head.Id, before, limit: wanted, cancellationToken: cancellationToken);
            messages.InsertRange(0, page.Messages);
            if (!page.HasMore)
            {
                break;
            }

            before = messages[0].Seq;
        }

        var names = await NamesAsync(api, head.Id, cancellationToken);
        foreach (var message in messages)
        {
            Print(output, message, names);
        }
    }

    private static async Task TailAsync(
        Profile profile,
        HongyanApi api,
        Output output,
        string? target,
        long? since,
        CancellationToken cancellationToken
    )
    {
        var only = target is null ? null : await Target.ResolveAsync(api, target, cancellationToken);
        var names = new Dictionary<ConversationId, Dictionary<UserId, string>>();
        await using var client = new HongyanClient(api, new ClientOptions { Connection = profile.Connection() });
        await client.StartAsync(cancellationToken);
        var seen = since ?? long.MaxValue;
        await foreach (var change in client.Changes.WithCancellation(cancellationToken))
        {
            if (change is InStepChanged { IsInStep: true } && only is not null && seen != long.MaxValue)
            {
                seen = await PrintSinceAsync(
                    api,
                    output,
                    only.Id,
                    seen,
                    await NamesOfAsync(only.Id),
                    cancellationToken
                );
            }

            if (change is MessageChanged { Message: var message } && (only is null || only.Id == message.Conversation))
            {
                if (seen == long.MaxValue || message.Seq > seen)
                {
                    Print(output, message, await NamesOfAsync(message.Conversation));
                }
            }
        }

        if (client.EndedWith is { } code)
        {
            throw new ConnectionClosedException(code);
        }

        async Task<Dictionary<UserId, string>> NamesOfAsync(ConversationId conversation)
        {
            if (!names.TryGetValue(conversation, out var known))
            {
                names[conversation] = known = await NamesAsync(api, conversation, cancellationToken);
            }

            return known;
        }
    }

    private static async Task<long> PrintSinceAsync(
        HongyanApi api,
        Output output,
        ConversationId conversation,
        long since,
        Dictionary<UserId, string> names,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var page = await api.HistoryAsync(conversation, after: since, cancellationToken: cancellationToken);
            foreach (var message in page.Messages)
            {
                Print(output, message, names);
                since = message.Seq;
            }

            if (!page.HasMore)
            {
                return since;
            }
        }
    }

    private static async Task<Dictionary<UserId, string>> NamesAsync(
        HongyanApi api,
        ConversationId conversation,
        CancellationToken cancellationToken
    )
    {
        var members = await Pages.AllAsync(after => api.MembersAsync(conversation, after, null, cancellationToken));
        return members.ToDictionary(member => member.Person.Id, member => member.Person.Name);
    }

    private static void Print(Output output, Message message, Dictionary<UserId, string> names) =>
        output.Line(
            message,
            message.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Output.Time(message.SentAt),
            names.GetValueOrDefault(message.Sender, message.Sender.ToString()),
            Output.Text(message.Body)
        );
}
