using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Contracts.Sync;

namespace Hongyan.UnitTests.Documents;

/// <summary>docs/protocol.md says what the contracts say.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string Document = Markdown.Read("docs/protocol.md");

    public static TheoryData<string> ErrorCodes => [.. ErrorDescription.All.Select(error => error.Code)];

    public static TheoryData<int> CloseCodes => [.. Constants<int>(typeof(CloseCode))];

    public static TheoryData<string> FrameTypes => [.. Names<ClientFrame>().Union(Names<ServerFrame>())];

    public static TheoryData<string> Kinds => [.. Names<MessageBody>(), .. Names<PersonalChange>()];

    public static TheoryData<string> Examples =>
        [.. Markdown.Blocks(Document, "json").Where(block => block.Contains("\"t\":", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(ErrorCodes))]
    public void ErrorCode_HasARow_WithItsStatusAndWhetherToRetry(string code)
    {
        var error = ErrorDescription.Of(code);

        var row = Markdown.Row(Document, code);

        Assert.NotNull(row);
        Assert.Equal([code, $"{error.Status}", error.IsRetryable ? "yes" : "no"], row[..3]);
    }

    [Theory, MemberData(nameof(CloseCodes))]
    public void CloseCode_HasARow_ThatSaysWhetherToComeBack(int code)
    {
        var row = Markdown.Row(Document, $"{code}");

        Assert.NotNull(row);
        Assert.Equal(!CloseCode.ShouldReconnect(code), row[2].StartsWith("no", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(FrameTypes))]
    public void FrameType_HasAnExample(string type) =>
        Assert.Contains($"\"t\": \"{type}\"", Document, StringComparison.Ordinal);

    [Theory, MemberData(nameof(Kinds))]
    public void Kind_HasARow(string kind) => Assert.NotNull(Markdown.Row(Document, kind));

    [Theory, MemberData(nameof(Examples))]
    public void Example_IsAFrame(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var frames =
            parsed.RootElement.ValueKind == JsonValueKind.Array
                ? parsed.RootElement.EnumerateArray().ToList()
                : [parsed.RootElement];

        Assert.All(frames, frame => Assert.True(IsFrame<ClientFrame>(frame) || IsFrame<ServerFrame>(frame)));
    }

    [Fact]
    public void Endpoints_AreAllListed()
    {
        using var description = JsonDocument.Parse(Markdown.Read("web/src/api/openapi.json"));
        var endpoints =
            from path in description.RootElement.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select $"{operation.Name.ToUpperInvariant()} {path.Name}";
        var listed = Markdown.Rows(Document).Select(row => row[0].Split('?')[0]).ToHashSet();

        Assert.Empty(endpoints.Except(listed));
    }

    private static bool IsFrame<T>(JsonElement frame)
    {
        try
        {
            return JsonSerializer.Deserialize(frame, typeof(T), HongyanJson.Wire) is T;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Names<T>() =>
        typeof(T).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(variant => (string)variant.TypeDiscriminator!);

    private static IEnumerable<T> Constants<T>(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (T)field.GetRawConstantValue()!);
}
