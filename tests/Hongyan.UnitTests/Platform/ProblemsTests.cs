using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class ProblemsTests
{
    public static TheoryData<string> Codes => [.. ErrorDescription.All.Select(error => error.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Of_EveryCode_CarriesItsDescription(string code)
    {
        var problem = Problems.Of(code).Value;

        var error = ErrorDescription.Of(code);
        Assert.Equal((error.Status, error.Code, error.IsRetryable), (problem.Status, problem.Code, problem.Retryable));
    }

    [Theory]
    [InlineData(401, ErrorCode.Unauthenticated)]
    [InlineData(404, ErrorCode.NotFound)]
    [InlineData(405, ErrorCode.InvalidRequest)]
    [InlineData(413, ErrorCode.TooLarge)]
    [InlineData(415, ErrorCode.InvalidRequest)]
    [InlineData(500, ErrorCode.Internal)]
    public void OfStatus_KeepsTheStatus(int status, string code)
    {
        var problem = Problems.OfStatus(status).Value;

        Assert.Equal((status, code), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task Execute_WritesProblemJsonAndTheWait()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await Problems.Of(ErrorCode.RateLimited, retryAfterMs: 1_500).ExecuteAsync(context);

        Assert.Equal(429, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.Equal("2", context.Response.Headers.RetryAfter);
        var problem = JsonSerializer.Deserialize(body.ToArray(), HongyanJson.Wire.Problem);
        Assert.Equal((ErrorCode.RateLimited, 1_500), (problem!.Code, problem.RetryAfterMs));
    }
}
