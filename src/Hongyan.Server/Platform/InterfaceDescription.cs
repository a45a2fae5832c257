using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Socket;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Hongyan.Server.Platform;

/// <summary>The OpenAPI document: what the endpoints say of themselves, and the frames of the socket beside them.</summary>
internal static class InterfaceDescription
{
    private const string BearerScheme = "accessToken";
    private const string ProblemSchema = nameof(Problem);

    public static void AddInterfaceDescription(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.CreateSchemaReferenceId = ReferenceId;
                options.AddSchemaTransformer(DescribeStrongIdAsync);
                options.AddOperationTransformer(DescribeOperationAsync);
                options.AddDocumentTransformer(DescribeDocumentAsync);
            }
        );

    private static string? ReferenceId(JsonTypeInfo type) =>
        IsStrongId(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static Task DescribeStrongIdAsync(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var type = context.JsonTypeInfo.Type;
        if (IsStrongId(Nullable.GetUnderlyingType(type) ?? type))
        {
            var isNullable = Nullable.GetUnderlyingType(type) is not null;
            schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
            schema.Pattern = "^[0-9]{1,19}$";
            schema.Properties = null;
            schema.Required = null;
        }

        return Task.CompletedTask;
    }

    private static async Task DescribeOperationAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var rule = metadata.OfType<AccessRuleMetadata>().LastOrDefault()?.Rule;
        if (rule is not null and not AccessRule.Anonymous)
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [],
                },
            ];
        }

        await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: cancellationToken);
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "An error; the code tells which.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemResult.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(ProblemSchema, context.Document),
                },
            },
        };
    }

    private static async Task DescribeDocumentAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Hongyan",
            Version = "1",
            Description =
                "The interface over HTTP. The socket at /ws speaks ClientFrame and ServerFrame, subprotocol hongyan.v1.",
        };
        // The address the page came from; a fixed one would be wrong behind any proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.AddComponent(
            ProblemSchema,
            await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken)
        );
        document.AddComponent(
            nameof(ClientFrame),
            await context.GetOrCreateSchemaAsync(typeof(ClientFrame), null, cancellationToken)
        );
        document.AddComponent(
            nameof(ServerFrame),
            await context.GetOrCreateSchemaAsync(typeof(ServerFrame), null, cancellationToken)
        );
    }

    private static bool IsStrongId(Type type) =>
        type.IsValueType
        && type.GetInterfaces()
            .Any(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IStrongId<>));
}
