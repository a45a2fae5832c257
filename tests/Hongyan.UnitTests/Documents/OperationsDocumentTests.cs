using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Hongyan.Server;
using Hongyan.Server.Platform;

namespace Hongyan.UnitTests.Documents;

/// <summary>docs/operations.md names every option, with the default it has.</summary>
public sealed partial class OperationsDocumentTests
{
    private static readonly string Document = Markdown.Read("docs/operations.md");

    /// <summary>Keys with their defaults, read off every class that names its section.</summary>
    public static TheoryData<string, string> Options
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var type in typeof(HongyanServer).Assembly.GetTypes())
            {
                if (type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true } section)
                {
                    AddOptions(data, (string)section.GetRawConstantValue()!, Activator.CreateInstance(type)!);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> CommandLineOptions =>
        [.. OptionName().Matches(CommandLine.Help).Select(match => match.Value).Distinct()];

    [Theory, MemberData(nameof(Options))]
    public void Option_HasARow_WithItsDefault(string key, string value)
    {
        var row = Markdown.Row(Document, key);

        Assert.NotNull(row);
        Assert.Equal(value, row[1]);
    }

    [Theory, MemberData(nameof(CommandLineOptions))]
    public void CommandLineOption_IsNamed(string option) =>
        Assert.Contains($"`{option}", Document, StringComparison.Ordinal);

    private static void AddOptions(TheoryData<string, string> data, string section, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var (key, value) = ($"{section}:{property.Name}", property.GetValue(options));
            switch (value)
            {
                case TokenBucket bucket:
                    data.Add(key, $"{bucket.Burst}, {bucket.PerMinute}");
                    break;
                case TimeSpan time:
                    data.Add(key, time.ToString("c", CultureInfo.InvariantCulture));
                    break;
                case bool flag:
                    data.Add(key, flag ? "true" : "false");
                    break;
                case string or ValueType:
                    data.Add(key, Convert.ToString(value, CultureInfo.InvariantCulture)!);
                    break;
                case IEnumerable:
                    data.Add($"{key}:0", "");
                    break;
                case not null:
                    AddOptions(data, key, value);
                    break;
            }
        }
    }

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex OptionName();
}
