namespace Hongyan.Contracts.Accounts;

/// <summary>The device that signs in.</summary>
/// <param name="Name">A name people recognize it by, 1 to 64 characters, such as "Chromium on Linux".</param>
/// <param name="Kind">What sort of device it is.</param>
public sealed record Device(string Name, DeviceKind Kind);
