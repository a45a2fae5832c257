using Hongyan.Fuzz.Targets;

namespace Hongyan.Fuzz;

/// <summary>Code that reads bytes of strangers, and what must hold whatever they are.</summary>
/// <param name="Name">Also the folder of its inputs in the corpus.</param>
/// <param name="Run">Reads an input; throws when something does not hold.</param>
/// <param name="Words">What inputs are made of, to be put into them as a whole. One byte a character, unless there is one above U+00FF: then UTF-8.</param>
internal sealed record Target(string Name, Action<byte[]> Run, string[] Words)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new("frames", SocketFrames.Run, SocketFrames.Words),
        new("request", Request.Run, Request.Words),
        new("json", Json.Run, Json.Words),
        new("log", LogFrames.Run, LogFrames.Words),
    ];

    public static Target Of(string name) => All.Single(target => target.Name == name);

    /// <summary>Says what does not hold.</summary>
    public static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
