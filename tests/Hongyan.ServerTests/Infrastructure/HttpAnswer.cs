using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>An answer as it came over HTTP, to be compared byte for byte.</summary>
internal sealed class HttpAnswer
{
    /// <summary>Headers that differ from answer to answer whatever was asked.</summary>
    private static readonly string[] Volatile = ["Date"];

    private readonly byte[] _body;

    private HttpAnswer(int status, HttpResponseHeaders headers, HttpContentHeaders contentHeaders, byte[] body)
    {
        (Status, _body) = (status, body);
        // As they came, not as a client would write them.
        Headers = headers
            .NonValidated.Concat(contentHeaders.NonValidated)
            .Where(header => !Volatile.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
    }

    public int Status { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    public string Body => Encoding.UTF8.GetString(_body);

    public ReadOnlySpan<byte> Bytes => _body;

    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public JsonElement Json => JsonElement.Parse(_body);

    /// <summary>The stable code of an error; null when the answer is none.</summary>
    public string? Code =>
        ContentType == "application/problem+json" && Json.TryGetProperty("code", out var code)
            ? code.GetString()
            : null;

    /// <summary>Status, headers and body.</summary>
    public string Everything =>
        $"{Status}\n{string.Join('\n', Headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}"))}\n\n{Convert.ToHexString(_body)}";

    public static async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(
            (int)response.StatusCode,
            response.Headers,
            response.Content.Headers,
            await response.Content.ReadAsByteArrayAsync(cancellationToken)
        );

    public override string ToString() => $"{Status} {Body[..Math.Min(Body.Length, 300)]}";
}
