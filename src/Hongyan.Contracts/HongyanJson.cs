using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.Contracts;

/// <summary>The JSON of the protocol: camel case, strings for ids and enums, nulls left out, Chinese and emoji unescaped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(UpdateProfileRequest))]
[JsonSerializable(typeof(ChangePasswordRequest))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(Page<SessionInfo>))]
[JsonSerializable(typeof(PersonDetails))]
[JsonSerializable(typeof(Page<Contact>))]
[JsonSerializable(typeof(Page<ContactRequest>))]
[JsonSerializable(typeof(SendContactRequest))]
[JsonSerializable(typeof(Page<ConversationHead>))]
[JsonSerializable(typeof(Page<ConversationMember>))]
[JsonSerializable(typeof(OpenDirectRequest))]
[JsonSerializable(typeof(CreateGroupRequest))]
[JsonSerializable(typeof(RenameGroupRequest))]
[JsonSerializable(typeof(SendMessageRequest))]
[JsonSerializable(typeof(MessageSent))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(MarkRequest))]
[JsonSerializable(typeof(ConversationDifference))]
[JsonSerializable(typeof(PersonalDifference))]
[JsonSerializable(typeof(ClientFrame))]
[JsonSerializable(typeof(ClientFrame[]))]
[JsonSerializable(typeof(ServerFrame))]
[JsonSerializable(typeof(ServerFrame[]))]
[JsonSerializable(typeof(Problem))]
public sealed partial class HongyanJson : JsonSerializerContext
{
    /// <summary>The context everybody uses, with relaxed escaping: default escaping makes Chinese 60 % longer.</summary>
    public static HongyanJson Wire => Relaxed.Instance;

    /// <summary>Made on first use, when the generated half of this class is ready.</summary>
    private static class Relaxed
    {
        public static readonly HongyanJson Instance = new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
    }
}
