using System.Net.Http.Headers;
using System.Text;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>HTTP without the SDK between: no cookies kept, no redirects followed, no retries, nothing interpreted.</summary>
internal sealed class RawHttp : IDisposable
{
    /// <summary>
    /// From here on a body waits for the server's word: one that is refused for its size is cut off on the way, and then
    /// whether the client still hears the answer is a matter of luck.
    /// </summary>
    private const int LargeBody = 64 * 1024;

    private readonly HttpClient _http;

    public RawHttp(Uri server) =>
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                Expect100ContinueTimeout = TimeSpan.FromMinutes(1),
            }
        )
        {
            BaseAddress = server,
        };

    public static HttpContent Json(string json) => new StringContent(json, Encoding.UTF8, "application/json");

    public static HttpContent Bytes(byte[] bytes, string? contentType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    public Task<HttpAnswer> GetAsync(string path, string? token = null) => CallAsync(HttpMethod.Get, path, token);

    public Task<HttpAnswer> PostAsync(string path, string json, string? token = null) =>
        CallAsync(HttpMethod.Post, path, token, Json(json));

    public async Task<HttpAnswer> CallAsync(
        HttpMethod method,
        string path,
        string? token = null,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = content;
        request.Headers.ExpectContinue = content?.Headers.ContentLength >= LargeBody;
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, Token);
        return await HttpAnswer.ReadAsync(response, Token);
    }

    public void Dispose() => _http.Dispose();
}
