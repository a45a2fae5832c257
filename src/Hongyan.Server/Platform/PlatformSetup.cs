using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Scalar.AspNetCore;

namespace Hongyan.Server.Platform;

/// <summary>What every slice stands on: errors, JSON, limits, headers, health, metrics and the interface's description.</summary>
internal static class PlatformSetup
{
    public static IServiceCollection AddPlatform(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IdGenerator>();
        services.ConfigureHttpJsonOptions(UseWireJson);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = Limits.JsonBodyBytes;
        });
        services.AddExceptionHandler<ProblemHandling>();
        services
            .AddOptions<LimitsOptions>()
            .Bind(configuration.GetSection(LimitsOptions.Section))
            .Validate(
                options => options.IsValid,
                $"Bursts and rates under {LimitsOptions.Section} are positive numbers."
            )
            .ValidateOnStart();
        services.AddSingleton<RateLimits>();
        services.AddHostedService<AccessRuleCheck>();
        services.AddHealth();
        services.AddMetrics();
        services.AddInterfaceDescription();
        return services;
    }

    /// <summary>
    /// The pipeline up to who is signed in. Comes first; what serves files can follow, because they have no endpoints.
    /// </summary>
    public static IApplicationBuilder UsePlatform(this IApplicationBuilder app) =>
        app.UseForwardedHeaders()
            .UseSecurityHeaders()
            .UseStatusCodePages(ProblemHandling.WriteStatusAsync)
            .UseExceptionHandler(_ => { })
            .UseRouting()
            .UseAuthentication()
            .UseAuthorization()
            .UseRequestLimit();

    public static void MapPlatform(this IEndpointRouteBuilder app)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi("/openapi/{documentName}.json").WithRule(AccessRule.Anonymous);
        app.MapScalarApiReference(
                "/docs",
                (options, context) =>
                    options
                        .WithTitle("Hongyan")
                        .WithNonce(SecurityHeaders.UseDocsPolicy(context))
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideClientButton()
                        .HideDeveloperTools()
            )
            .WithRule(AccessRule.Anonymous);
    }

    /// <summary>Keeps one person's programs from taking the server's time from everybody else.</summary>
    private static IApplicationBuilder UseRequestLimit(this IApplicationBuilder app) =>
        app.Use(
            static (context, next) =>
                CurrentUser.Of(context.User) is { } user
                && context.RequestServices.GetRequiredService<RateLimits>().RequestPerUser.Refuse(user.Id)
                    is { } tooMany
                    ? tooMany.ExecuteAsync(context)
                    : next(context)
        );

    private static void UseWireJson(JsonOptions json)
    {
        var wire = HongyanJson.Wire.Options;
        var options = json.SerializerOptions;
        options.PropertyNamingPolicy = wire.PropertyNamingPolicy;
        options.PropertyNameCaseInsensitive = wire.PropertyNameCaseInsensitive;
        options.DefaultIgnoreCondition = wire.DefaultIgnoreCondition;
        options.NumberHandling = wire.NumberHandling;
        options.AllowOutOfOrderMetadataProperties = wire.AllowOutOfOrderMetadataProperties;
        options.RespectNullableAnnotations = wire.RespectNullableAnnotations;
        options.RespectRequiredConstructorParameters = wire.RespectRequiredConstructorParameters;
        options.Encoder = wire.Encoder;
        options.TypeInfoResolver = JsonTypeInfoResolver
            .Combine(new HongyanJson(), options.TypeInfoResolver)
            .WithAddedModifier(UnknownBody.Allow);
    }
}
