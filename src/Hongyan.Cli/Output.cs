using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Spectre.Console;

namespace Hongyan.Cli;

/// <summary>
/// Where answers go: tables for people, tab-separated lines for pipes, one JSON object a line with <c>--json</c>.
/// </summary>
internal sealed class Output(TextWriter writer, bool isJson, bool isInteractive)
{
    private static readonly JsonSerializerOptions Json = new(Hongyan.Contracts.HongyanJson.Wire.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = false,
    };

    public bool IsJson => isJson;

    /// <summary>One answer, or one row of a stream.</summary>
    /// <param name="value">What <c>--json</c> prints.</param>
    /// <param name="fields">What a line holds.</param>
    public void Line<T>(T value, params ReadOnlySpan<string> fields)
    {
        if (isJson)
        {
            writer.WriteLine(JsonSerializer.Serialize(value, Json));
        }
        else
        {
            writer.WriteLine(string.Join('\t', fields.ToArray().Select(Clean)));
        }

        writer.Flush();
    }

    /// <summary>A whole list.</summary>
    public void Table<T>(IReadOnlyList<T> rows, string[] columns, Func<T, string[]> fields)
    {
        if (isJson || !isInteractive)
        {
            foreach (var row in rows)
            {
                Line(row, fields(row));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. fields(row).Select(field => Markup.Escape(Clean(field)))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Something for a person who watches; pipes are spared it.</summary>
    public void Note(string text)
    {
        if (isInteractive)
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>A message as a line.</summary>
    public static string[] Fields(Message message, Dictionary<UserId, string> names) =>
        [
            message.Seq.ToString(CultureInfo.InvariantCulture),
            Time(message.SentAt),
            names.GetValueOrDefault(message.Sender, message.Sender.ToString()),
            Text(message.Body),
        ];

    /// <summary>A word of the protocol's, as it is written there.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonSerializer.Serialize(value, Json).Trim('"');

    public static string Time(long unixMs) =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(unixMs)
            .ToLocalTime()
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Text(MessageBody body) =>
        body switch
        {
            TextBody text => text.Text,
            BecameContactsBody contacts => $"[became contacts] {contacts.Greeting}",
            GroupCreatedBody group => $"[made the group {group.Title}]",
            GroupRenamedBody group => $"[renamed the group to {group.Title}]",
            MemberLeftBody => "[left the group]",
            _ => "[not supported here]",
        };

    /// <summary>
    /// A field on one line, without control characters: a message must not be able to write into somebody's terminal.
    /// </summary>
    internal static string Clean(string field) =>
        string.Concat(
            field.Select(character =>
                character switch
                {
                    '\n' => "\\n",
                    '\t' => " ",
                    _ when char.IsControl(character) => "",
                    _ => character.ToString(),
                }
            )
        );
}
