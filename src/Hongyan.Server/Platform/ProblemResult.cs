using System.Globalization;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;

namespace Hongyan.Server.Platform;

/// <summary>An error as an endpoint's answer. Made by <see cref="Problems.Of"/>.</summary>
internal sealed class ProblemResult(Problem problem) : IResult, IStatusCodeHttpResult, IValueHttpResult<Problem>
{
    public const string ContentType = "application/problem+json";

    public Problem Value => problem;

    public int? StatusCode => problem.Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (problem.RetryAfterMs is { } wait)
        {
            var seconds = (int)Math.Ceiling(wait / 1000.0);
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        httpContext.Response.StatusCode = problem.Status;
        return httpContext.Response.WriteAsJsonAsync(
            problem,
            HongyanJson.Wire.Problem,
            ContentType,
            httpContext.RequestAborted
        );
    }
}
