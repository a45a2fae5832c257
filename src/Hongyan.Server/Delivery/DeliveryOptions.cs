namespace Hongyan.Server.Delivery;

/// <summary>Bounds of the message path, from <c>Hongyan:Delivery</c>.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "Hongyan:Delivery";

    /// <summary>What carries the socket over HTTP/1.1.</summary>
    public SocketKind Socket { get; set; } = SocketKind.Own;

    /// <summary>The most writes one commit takes.</summary>
    public int MaxBatch { get; set; } = 4096;

    /// <summary>How long a commit waits for more writes while few are coming; zero never waits.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The most writes that wait for a commit; whoever comes then waits too, and stops reading from its socket.</summary>
    public int MaxPending { get; set; } = 16 * 1024;

    /// <summary>The most writes of one conversation that wait for a commit or for being told; further ones wait their turn.</summary>
    public int MaxPendingPerConversation { get; set; } = 1024;

    /// <summary>The most deliveries of one conversation that wait: writes times members. A large group may have fewer writes under way.</summary>
    public int MaxPendingDeliveries { get; set; } = 64 * 1024;

    /// <summary>Whether, on SQLite, sends become durable in an append log, and move to the tables later.</summary>
    public bool AppendLog { get; set; } = true;

    /// <summary>How many messages are sorted together on their way from the append log to the tables.</summary>
    public int ApplySort { get; set; } = 64 * 1024;

    /// <summary>How many of them go to the tables in one transaction.</summary>
    public int ApplyChunk { get; set; } = 8 * 1024;

    /// <summary>How long a message may wait for others before it goes to the tables.</summary>
    public TimeSpan ApplyDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most messages that are in the append log and not in the tables; then sends wait.</summary>
    public int MaxUnapplied { get; set; } = 128 * 1024;

    /// <summary>The most bytes of such messages.</summary>
    public long MaxUnappliedBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many messages go to the tables between two checkpoints; there is also one every few seconds.</summary>
    public int CheckpointRows { get; set; } = 128 * 1024;

    /// <summary>How large a file of the append log grows before the next one begins.</summary>
    public long LogSegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a commit may be under way before sends are refused until it ends.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a store that fails is tried.</summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most unanswered sends of one session; its socket is not read until some are answered.</summary>
    public int MaxInFlightPerSession { get; set; } = 512;

    /// <summary>The most conversations in memory; the longest unused are forgotten first.</summary>
    public int MaxLoadedConversations { get; set; } = 128 * 1024;

    /// <summary>The most bytes waiting for one session; then they are dropped and the session is told to resync.</summary>
    public int MaxOutboundBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long the request for a socket may take from its first byte to its last.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a socket may stay without a hello.</summary>
    public TimeSpan HelloTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a client should ping; silence for twice as long closes its socket.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many malformed frames in a row close a socket.</summary>
    public int MaxErrors { get; set; } = 32;

    /// <summary>How many sockets may wait for their hello at once.</summary>
    public int MaxHandshakes { get; set; } = 4096;

    /// <summary>How long a stopping server waits for its sockets to take what is queued for them.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public bool IsValid =>
        MaxBatch > 0
        && Linger >= TimeSpan.Zero
        && MaxPending > 0
        && MaxPendingPerConversation > 0
        && MaxPendingDeliveries > 0
        && ApplySort > 0
        && ApplyChunk > 0
        && ApplyDelay >= TimeSpan.Zero
        && MaxUnapplied > 0
        && MaxUnappliedBytes > 0
        && CheckpointRows > 0
        && LogSegmentBytes > 0
        && StallTimeout > TimeSpan.Zero
        && ProbeInterval > TimeSpan.Zero
        && MaxInFlightPerSession > 0
        && MaxLoadedConversations > 0
        && MaxOutboundBytes > 0
        && HandshakeTimeout > TimeSpan.Zero
        && HelloTimeout > TimeSpan.Zero
        && PingInterval >= TimeSpan.FromSeconds(1)
        && MaxErrors > 0
        && MaxHandshakes > 0
        && DrainTimeout > TimeSpan.Zero;
}

/// <summary>What carries the socket.</summary>
internal enum SocketKind
{
    /// <summary>Our own framing on the connection's pipes; HTTP/2 is still ASP.NET's.</summary>
    Own,

    /// <summary>ASP.NET's WebSocket.</summary>
    AspNet,
}
