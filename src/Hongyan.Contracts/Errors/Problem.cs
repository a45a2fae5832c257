namespace Hongyan.Contracts.Errors;

/// <summary>An error over HTTP: problem details (RFC 9457) with a stable code. Content type <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>A short English sentence for developers.</summary>
    public required string Title { get; init; }

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Whether the same request can succeed later.</summary>
    public required bool Retryable { get; init; }

    /// <summary>How long to wait before a retry in milliseconds, when that is known.</summary>
    public int? RetryAfterMs { get; init; }

    /// <summary>More for developers, such as the name of the field that is out of range.</summary>
    public string? Detail { get; init; }
}
