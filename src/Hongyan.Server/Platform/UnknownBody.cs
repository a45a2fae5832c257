using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts.Messages;

namespace Hongyan.Server.Platform;

/// <summary>
/// A message body of a kind that there is not, or of none. It is read as this, so that whoever judges bodies can refuse it
/// with the code for that; a body that fails to be read could only be called malformed.
/// </summary>
internal sealed record UnknownBody : MessageBody
{
    /// <summary>Lets requests over HTTP hold such bodies. The socket tells them apart by itself.</summary>
    public static void Allow(JsonTypeInfo type)
    {
        if (type.Type == typeof(MessageBody))
        {
            type.CreateObject = () => new UnknownBody();
            type.PolymorphismOptions!.IgnoreUnrecognizedTypeDiscriminators = true;
        }
    }
}
