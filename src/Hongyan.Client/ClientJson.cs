using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.Client;

/// <summary>The JSON of the protocol as a client reads it: what a newer server may say is kept, not refused.</summary>
public static class ClientJson
{
    /// <summary>As <see cref="HongyanJson.Wire"/>, and tolerant of kinds that this version does not know.</summary>
    public static JsonSerializerOptions Options { get; } =
        new(HongyanJson.Wire.Options) { TypeInfoResolver = HongyanJson.Wire.WithAddedModifier(Tolerate) };

    internal static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static void Tolerate(JsonTypeInfo type)
    {
        Func<object>? unknown =
            type.Type == typeof(ServerFrame) ? () => new UnknownFrame()
            : type.Type == typeof(MessageBody) ? () => new UnknownBody()
            : type.Type == typeof(PersonalChange) ? () => new UnknownChange()
            : null;
        if (unknown is not null)
        {
            type.CreateObject = unknown;
            type.PolymorphismOptions!.IgnoreUnrecognizedTypeDiscriminators = true;
            type.PolymorphismOptions.UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType;
        }
    }
}

/// <summary>A message of a kind that this version does not know; to be shown as not supported here.</summary>
public sealed record UnknownBody : MessageBody;

/// <summary>A personal change of a kind that this version does not know.</summary>
public sealed record UnknownChange : PersonalChange;

/// <summary>A frame of a type that this version does not know; skipped.</summary>
internal sealed record UnknownFrame : ServerFrame;
