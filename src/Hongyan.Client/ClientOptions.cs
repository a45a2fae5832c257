namespace Hongyan.Client;

/// <summary>How a <see cref="HongyanClient"/> behaves.</summary>
public sealed record ClientOptions
{
    /// <summary>How the socket is made.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>Where messages wait to be sent; in memory when null.</summary>
    public IOutboxStore? Outbox { get; init; }

    /// <summary>How many changes may wait to be read; 8,192. When nobody reads, the socket is not read either.</summary>
    public int ChangeCapacity { get; init; } = 8_192;

    /// <summary>Whether to tell the server that messages have reached this device; true.</summary>
    public bool MarksDelivered { get; init; } = true;

    /// <summary>The longest wait before the first attempt to come back; 1 second. It doubles with each failure.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between attempts; 30 seconds. Each wait is a random part of its length.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take to welcome a new connection; 20 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The device's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
