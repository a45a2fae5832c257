using Hongyan.Contracts.Errors;

namespace Hongyan.Client;

/// <summary>The server refused, or could not be reached.</summary>
public sealed class HongyanException : Exception
{
    /// <summary>The code of an answer that never came: the server could not be reached, or the line broke. Retryable.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Makes an error.</summary>
    /// <param name="code">One of <see cref="ErrorCode"/>, or <see cref="Unreachable"/>.</param>
    /// <param name="message">A short English sentence for developers.</param>
    /// <param name="isRetryable">Whether the same request can succeed later.</param>
    /// <param name="retryAfter">How long to wait before a retry, when that is known.</param>
    /// <param name="inner">What caused it, if anything.</param>
    public HongyanException(
        string code,
        string message,
        bool isRetryable,
        TimeSpan? retryAfter = null,
        Exception? inner = null
    )
        : base(message, inner) => (Code, IsRetryable, RetryAfter) = (code, isRetryable, retryAfter);

    /// <summary>One of <see cref="ErrorCode"/>, or <see cref="Unreachable"/>.</summary>
    public string Code { get; }

    /// <summary>Whether the same request can succeed later.</summary>
    public bool IsRetryable { get; }

    /// <summary>How long to wait before a retry, when that is known.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static HongyanException Lost(Exception? inner = null) =>
        new(Unreachable, "The server could not be reached.", isRetryable: true, inner: inner);
}
