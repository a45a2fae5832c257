using System.CommandLine.Parsing;

namespace Hongyan.Cli;

/// <summary>What numbers on the command line may be.</summary>
internal static class Numbers
{
    public static Action<OptionResult> AtLeast(long least) =>
        result =>
        {
            if (result.Tokens is [var token] && long.TryParse(token.Value, out var value) && value < least)
            {
                result.AddError($"{result.IdentifierToken?.Value} is at least {least}.");
            }
        };
}
