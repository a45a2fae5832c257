using Hongyan.Contracts.Socket;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Hongyan.Server.Platform;

/// <summary>
/// Shows the socket to the OpenAPI document as an operation that takes client frames and answers server frames. That
/// is how the frames become schemas; the operation itself is taken out again, because it is not one of HTTP.
/// </summary>
internal sealed class SocketDescription : IApiDescriptionProvider
{
    public const string Path = "/ws";
    public const string Tag = "Socket";
    private const string Json = "application/json";

    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context) =>
        context.Results.Add(
            new ApiDescription
            {
                HttpMethod = HttpMethods.Post,
                RelativePath = Path.TrimStart('/'),
                ActionDescriptor = new ActionDescriptor
                {
                    EndpointMetadata = [],
                    RouteValues = { ["controller"] = Tag },
                },
                ParameterDescriptions =
                {
                    new ApiParameterDescription
                    {
                        Name = "frame",
                        Source = BindingSource.Body,
                        Type = typeof(ClientFrame),
                    },
                },
                SupportedRequestFormats = { new ApiRequestFormat { MediaType = Json } },
                SupportedResponseTypes =
                {
                    new ApiResponseType
                    {
                        StatusCode = StatusCodes.Status200OK,
                        Type = typeof(ServerFrame),
                        ApiResponseFormats = { new ApiResponseFormat { MediaType = Json } },
                    },
                },
            }
        );

    public void OnProvidersExecuted(ApiDescriptionProviderContext context) { }
}
