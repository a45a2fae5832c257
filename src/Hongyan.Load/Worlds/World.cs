using System.Text.Json.Serialization;

namespace Hongyan.Load.Worlds;

/// <summary>What a store is to be filled with before a server is started on it.</summary>
internal sealed record WorldSpec
{
    public required int People { get; init; }

    /// <summary>Signed-in devices of each person.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>Whether each two people next to one another are contacts with a direct conversation.</summary>
    public bool HasPairs { get; init; }

    /// <summary>How many groups there are; each takes the next <see cref="GroupSize"/> people.</summary>
    public int Groups { get; init; }

    public int GroupSize { get; init; }

    /// <summary>Messages to begin with, the same number in each conversation, in the order of time.</summary>
    public long HistoryRows { get; init; }
}

/// <summary>What the store holds.</summary>
/// <param name="Devices">Signed-in devices, person by person.</param>
/// <param name="Chats">Direct conversations and groups.</param>
/// <param name="HistoryRows">Messages in them.</param>
/// <param name="LoadSeconds">How long the messages took to load.</param>
internal sealed record World(
    IReadOnlyList<WorldDevice> Devices,
    IReadOnlyList<WorldChat> Chats,
    long HistoryRows,
    double LoadSeconds
)
{
    /// <summary>The id of a person.</summary>
    public long UserOf(int person) => Devices[person * (Devices.Count / People)].User;

    private int People => Devices[^1].Person + 1;
}

/// <summary>A signed-in device.</summary>
/// <param name="Person">The number of its person, from 0.</param>
/// <param name="User">The person's id.</param>
/// <param name="Token">Its access token.</param>
internal sealed record WorldDevice(int Person, long User, string Token);

/// <summary>A conversation.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Members">The numbers of its people.</param>
/// <param name="Seq">How many messages are in it; its change counter is the same.</param>
internal sealed record WorldChat(long Id, IReadOnlyList<int> Members, long Seq);

[JsonSerializable(typeof(WorldSpec))]
[JsonSerializable(typeof(World))]
[JsonSerializable(typeof(AppendSpec))]
[JsonSerializable(typeof(AppendReport))]
internal sealed partial class WorldJson : JsonSerializerContext;
