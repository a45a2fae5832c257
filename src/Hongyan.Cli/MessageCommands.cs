using System.CommandLine;
using System.Globalization;
using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Cli;

/// <summary>Sending and reading messages.</summary>
internal static class MessageCommands
{
    private const int Attempts = 5;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly Argument<string> To = new("to") { Description = Target.Description };

    public static void AddTo(Command root)
    {
        root.Subcommands.Add(Send());
        root.Subcommands.Add(History());
    }

    private static Command Send()
    {
        var text = new Argument<string?>("text")
        {
            Description = "The message; standard input when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var lines = new Option<bool>("--lines")
        {
            Description = "Send each line of standard input as a message, empty ones left out",
        };
        var id = new Option<Guid?>("--id")
        {
            Description = "The message's id, a UUID version 7; a retry with the same one is never sent twice",
        };
        var send = Commands.SignedIn(
            "send",
            "Send a message; ends when it is durable, and prints its number",
            (result, api, output, cancellationToken) =>
                SendAsync(
                    api,
                    output,
                    result.GetValue(To)!,
                    Texts(result.GetValue(text), result.GetValue(lines)),
                    result.GetValue(id),
                    cancellationToken
                ),
            To,
            text,
            lines,
            id
        );
        send.Validators.Add(result =>
        {
            if (result.GetValue(lines) && (result.GetValue(text) is not null || result.GetValue(id) is not null))
            {
                result.AddError("--lines sends what comes on standard input, each line with an id of its own.");
            }
        });
        return send;
    }

    private static Command History()
    {
        var limit = new Option<int>("--limit") { Description = "How many messages", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(Numbers.AtLeast(1));
        var before = new Option<long?>("--before") { Description = "Only messages before this number" };
        before.Validators.Add(Numbers.AtLeast(1));
        return Commands.SignedIn(
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
                if (!string.IsNullOrWhiteSpace(line))
                {
                    yield return line;
                }
            }
        }
    }

    private static async Task SendAsync(
        HongyanApi api,
        Output output,
        string to,
        IEnumerable<string> texts,
        Guid? id,
        CancellationToken cancellationToken
    )
    {
        var head = await Target.ResolveAsync(api, to, cancellationToken);
        foreach (var text in texts)
        {
            var request = new SendMessageRequest(id ?? api.Clock.NewId(), new TextBody(text));
            var sent = await SendAsync(api, head.Id, request, cancellationToken);
            output.Line(sent, sent.Seq.ToString(CultureInfo.InvariantCulture));
            try
            {
                await api.MarkAsync(head.Id, new MarkRequest(Read: sent.Seq), cancellationToken);
            }
            catch (HongyanException exception) when (exception.IsRetryable)
            {
                // The message is there; that it counts as unread on one's own devices is put right by the next one.
            }
        }
    }

    /// <summary>Tries until the message is durable or refused for good; always with the same client id.</summary>
    private static async Task<MessageSent> SendAsync(
        HongyanApi api,
        ConversationId conversation,
        SendMessageRequest request,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await api.SendAsync(conversation, request, cancellationToken);
            }
            catch (HongyanException exception) when (exception.IsRetryable && attempt < Attempts)
            {
                await Task.Delay(exception.RetryAfter ?? RetryDelay, cancellationToken);
            }
            catch (HongyanException exception) when (exception.IsRetryable)
            {
                throw new HongyanException(
                    exception.Code,
                    $"{exception.Message} The message may be there all the same; to send it once, retry with --id {request.ClientId}",
                    isRetryable: true,
                    exception.RetryAfter,
                    exception
                );
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

        var names = await Target.NamesAsync(api, head.Id, cancellationToken);
        foreach (var message in messages)
        {
            output.Line(message, Output.Fields(message, names));
        }
    }
}
