using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Hongyan.Server.Platform;

/// <summary>Who may read <c>/metrics</c>, from <c>Hongyan:Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    public const string Section = "Hongyan:Metrics";

    /// <summary>
    /// The secret with which callers from elsewhere may read (<c>Authorization: Bearer</c>). When empty, only callers
    /// on the same machine may.
    /// </summary>
    public string Secret { get; set; } = "";
}

/// <summary>Metrics for Prometheus, by OpenTelemetry.</summary>
internal static class Metrics
{
    /// <summary>The meter of everything that is counted here.</summary>
    public const string Meter = "Hongyan";

    private static readonly double[] SecondsBuckets =
    [
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
    ];

    private static readonly double[] CountBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    public static void AddMetrics(this IServiceCollection services)
    {
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section);
        services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("hongyan"))
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(Meter)
                    .AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddView(instrument =>
                        instrument.Meter.Name != Meter
                        || !instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal)
                            ? null
                            : new ExplicitBucketHistogramConfiguration
                            {
                                Boundaries = instrument.Unit == "s" ? SecondsBuckets : CountBuckets,
                            }
                    )
                    .AddPrometheusExporter()
            );
    }

    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapPrometheusScrapingEndpoint(
                "/metrics",
                meterProvider: null,
                configureBranchedPipeline: branch => branch.Use(RefuseOthersAsync),
                optionsName: null
            )
            .WithRule(AccessRule.Operator);

    private static Task RefuseOthersAsync(HttpContext context, RequestDelegate next)
    {
        if (IsOperator(context))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static bool IsOperator(HttpContext context)
    {
        var secret = context.RequestServices.GetRequiredService<IOptions<MetricsOptions>>().Value.Secret;
        if (secret.Length > 0 && HasSecret(context.Request, secret))
        {
            return true;
        }

        // What a known proxy said is taken off the request by now; whoever still says it is no proxy of ours.
        var isForwarded =
            context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded");
        return !isForwarded && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
    }

    private static bool HasSecret(HttpRequest request, string secret) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString())),
            SHA256.HashData(Encoding.UTF8.GetBytes($"Bearer {secret}"))
        );
}
