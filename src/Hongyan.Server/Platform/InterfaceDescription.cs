using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace Hongyan.Server.Platform;

/// <summary>The OpenAPI document: what the endpoints say of themselves, and the frames of the socket beside them.</summary>
internal static class InterfaceDescription
{
    private const string BearerScheme = "accessToken";
    private const string IdPattern = "^[0-9]{1,19}$";

    public static void AddInterfaceDescription(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, SocketDescription>());
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.CreateSchemaReferenceId = ReferenceId;
                options.AddSchemaTransformer(DescribeSchemaAsync);
                options.AddOperationTransformer(DescribeOperationAsync);
                options.AddDocumentTransformer(DescribeDocumentAsync);
            }
        );
    }

    private static string? ReferenceId(JsonTypeInfo type) =>
        StrongIdOf(type.Type) is null ? OpenApiOptions.CreateDefaultSchemaReferenceId(type) : null;

    private static Task DescribeSchemaAsync(
        OpenApiSchema schema,
        OpenApiSchemaTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var type = context.JsonTypeInfo.Type;
        if (StrongIdOf(type) is { } id)
        {
            DescribeId(schema, isNullable: id != type);
        }
        else if (context.JsonTypeInfo.ElementType is { } element && StrongIdOf(element) is not null)
        {
            var items = new OpenApiSchema();
            DescribeId(items, isNullable: false);
            schema.Items = items;
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }

        return Task.CompletedTask;
    }

    private static Task DescribeOperationAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<AccessRuleMetadata>().LastOrDefault() is { Rule: not AccessRule.Anonymous })
        {
            operation.Security =
            [
                new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [],
                },
            ];
        }

        if (operation.OperationId is { } name)
        {
            operation.OperationId = JsonNamingPolicy.CamelCase.ConvertName(name);
        }

        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "An error; its code tells which.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemResult.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(nameof(Problem), context.Document),
                },
            },
        };
        return Task.CompletedTask;
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
                "The interface over HTTP. The socket at /ws, subprotocol hongyan.v1, takes ClientFrame and answers "
                + "ServerFrame, both among the schemas.",
        };
        // The address the page came from; a fixed one would be wrong behind any proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
        };
        document.AddComponent(
            nameof(Problem),
            await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: cancellationToken)
        );
        document.Paths.Remove(SocketDescription.Path);
        document.Tags = document.Tags?.Where(tag => tag.Name != SocketDescription.Tag).ToHashSet();
        var schemas = document.Components.Schemas ?? new Dictionary<string, IOpenApiSchema>();
        foreach (var union in schemas.Values.OfType<OpenApiSchema>().Where(schema => schema.Discriminator is not null))
        {
            DescribeUnion(union, schemas);
        }
    }

    /// <summary>
    /// Says of a type with variants that it is exactly one of them, and of each variant that it always names itself:
    /// then a generated type can be told apart by that name.
    /// </summary>
    private static void DescribeUnion(OpenApiSchema union, IDictionary<string, IOpenApiSchema> schemas)
    {
        foreach (var variant in union.AnyOf ?? [])
        {
            if (
                variant is OpenApiSchemaReference { Reference.Id: { } name }
                && schemas.TryGetValue(name, out var found)
                && found is OpenApiSchema schema
            )
            {
                schema.Type = JsonSchemaType.Object;
                schema.Required ??= new HashSet<string>();
                schema.Required.Add(union.Discriminator!.PropertyName!);
            }
        }

        union.OneOf = union.AnyOf;
        union.AnyOf = null;
        union.Type = null;
        union.Required = null;
    }

    private static void DescribeId(OpenApiSchema schema, bool isNullable)
    {
        schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Pattern = IdPattern;
        schema.Properties = null;
        schema.Required = null;
    }

    /// <summary>The strong id that the type is, or is but for null; null when it is none.</summary>
    private static Type? StrongIdOf(Type type)
    {
        var id = Nullable.GetUnderlyingType(type) ?? type;
        return
            id.IsValueType
            && Array.Exists(
                id.GetInterfaces(),
                candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IStrongId<>)
            )
            ? id
            : null;
    }
}
