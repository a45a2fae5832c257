using System.Text.Json.Serialization;

namespace Hongyan.Server.Platform;

/// <summary>JSON of the server's own, which is not part of the protocol.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class PlatformJson : JsonSerializerContext;
