using Hongyan.Contracts.Errors;

namespace Hongyan.Server.Platform;

/// <summary>Makes errors for HTTP from the codes of the protocol.</summary>
internal static class Problems
{
    /// <summary>The error of a code of <see cref="ErrorCode"/>.</summary>
    /// <param name="code">The code, which decides the status.</param>
    /// <param name="detail">More for developers; never what a person typed, never whether something exists.</param>
    /// <param name="retryAfterMs">How long to wait before a retry, when that is known.</param>
    public static ProblemResult Of(string code, string? detail = null, int? retryAfterMs = null)
    {
        var error = ErrorDescription.Of(code);
        return Of(error, error.Status, detail, retryAfterMs);
    }

    /// <summary>The error that stands for a bare HTTP status, such as routing and Kestrel answer with.</summary>
    public static ProblemResult OfStatus(int status, string? detail = null)
    {
        var code = status switch
        {
            StatusCodes.Status401Unauthorized => ErrorCode.Unauthenticated,
            StatusCodes.Status403Forbidden => ErrorCode.Forbidden,
            StatusCodes.Status404NotFound => ErrorCode.NotFound,
            StatusCodes.Status413PayloadTooLarge => ErrorCode.TooLarge,
            StatusCodes.Status429TooManyRequests => ErrorCode.RateLimited,
            StatusCodes.Status503ServiceUnavailable => ErrorCode.ShuttingDown,
            >= 500 => ErrorCode.Internal,
            _ => ErrorCode.InvalidRequest,
        };
        return Of(ErrorDescription.Of(code), status, detail, null);
    }

    /// <summary>The name of a field that is out of range.</summary>
    public static ProblemResult InvalidField(string field) => Of(ErrorCode.InvalidRequest, $"Field: {field}");

    private static ProblemResult Of(ErrorDescription error, int status, string? detail, int? retryAfterMs) =>
        new(
            new Problem
            {
                Status = status,
                Title = error.Title,
                Code = error.Code,
                Retryable = error.IsRetryable,
                RetryAfterMs = retryAfterMs,
                Detail = detail,
            }
        );
}
