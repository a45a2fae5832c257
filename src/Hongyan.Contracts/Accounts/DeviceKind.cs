using System.Text.Json.Serialization;

namespace Hongyan.Contracts.Accounts;

/// <summary>What sort of device a session lives on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeviceKind>))]
public enum DeviceKind
{
    /// <summary>A browser, or the client installed from one, on a computer.</summary>
    [JsonStringEnumMemberName("web")]
    Web,

    /// <summary>A phone.</summary>
    [JsonStringEnumMemberName("phone")]
    Phone,

    /// <summary>A tablet.</summary>
    [JsonStringEnumMemberName("tablet")]
    Tablet,

    /// <summary>A terminal client.</summary>
    [JsonStringEnumMemberName("terminal")]
    Terminal,

    /// <summary>A program that acts for a person.</summary>
    [JsonStringEnumMemberName("bot")]
    Bot,
}
