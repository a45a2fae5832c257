namespace Hongyan.ServerTests.Security;

/// <summary>Each frame of the table, so that only who says it can be what is wrong; by its type.</summary>
internal static class FrameCalls
{
    /// <summary>The frame about a conversation; ids in it are the same each time, so that answers can be compared.</summary>
    public static readonly IReadOnlyDictionary<string, Func<string, Guid, string>> All = new Dictionary<
        string,
        Func<string, Guid, string>
    >
    {
        ["send"] = (conversation, clientId) =>
            $$$"""{"t":"send","conversation":"{{{conversation}}}","clientId":"{{{clientId}}}","body":{"kind":"text","text":"hello"}}""",
        ["mark"] = (conversation, _) => $$"""{"t":"mark","conversation":"{{conversation}}","read":1}""",
        ["typing"] = (conversation, _) => $$"""{"t":"typing","conversation":"{{conversation}}"}""",
        ["changes"] = (_, _) => """{"t":"changes","id":7,"since":0}""",
        ["heads"] = (_, _) => """{"t":"heads","id":7}""",
        ["difference"] = (conversation, _) =>
            $$"""{"t":"difference","id":7,"conversation":"{{conversation}}","since":0}""",
        ["history"] = (conversation, _) => $$"""{"t":"history","id":7,"conversation":"{{conversation}}"}""",
        ["ping"] = (_, _) => """{"t":"ping","id":7}""",
    };
}
