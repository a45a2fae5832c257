using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Hongyan.Contracts;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Demo;

/// <summary>One of the demo's people, signed in over the same interface that everybody uses.</summary>
internal sealed class DemoAccount
{
    private static readonly Device Device = new("Demo", DeviceKind.Bot);

    private readonly HttpClient _http;
    private readonly SignedIn _signedIn;

    private DemoAccount(HttpClient http, SignedIn signedIn) => (_http, _signedIn) = (http, signedIn);

    public UserId Id => _signedIn.Me.Id;

    /// <summary>Signs somebody in; null when they have no account with the demo's password.</summary>
    public static async Task<DemoAccount?> SignInAsync(
        HttpClient http,
        DemoPerson person,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var signedIn = await CallAsync(
                http,
                null,
                HttpMethod.Post,
                "/api/sessions",
                Json(new SignInRequest(person.Handle, DemoScript.Password, Device), HongyanJson.Wire.SignInRequest),
                HongyanJson.Wire.SignedIn,
                cancellationToken
            );
            return new DemoAccount(http, signedIn!);
        }
        catch (DemoException exception) when (exception.Code == ErrorCode.InvalidCredentials)
        {
            return null;
        }
    }

    /// <summary>Signs somebody in, with a new account if they have none.</summary>
    /// <exception cref="DemoException">Somebody else has the handle.</exception>
    public static async Task<DemoAccount> EnsureAsync(
        HttpClient http,
        DemoPerson person,
        CancellationToken cancellationToken
    )
    {
        if (await SignInAsync(http, person, cancellationToken) is { } found)
        {
            return found;
        }

        var request = new RegisterRequest(person.Handle, person.Name, DemoScript.Password, Device);
        var signedIn = await CallAsync(
            http,
            null,
            HttpMethod.Post,
            "/api/accounts",
            Json(request, HongyanJson.Wire.RegisterRequest),
            HongyanJson.Wire.SignedIn,
            cancellationToken
        );
        return new DemoAccount(http, signedIn!);
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : class => (await CallAsync(_http, _signedIn, HttpMethod.Get, path, null, answer, cancellationToken))!;

    public async Task<T> PostAsync<T>(
        string path,
        HttpContent? body,
        JsonTypeInfo<T> answer,
        CancellationToken cancellationToken
    )
        where T : class => (await CallAsync(_http, _signedIn, HttpMethod.Post, path, body, answer, cancellationToken))!;

    /// <summary>Makes a request whose answer does not matter.</summary>
    public Task DoAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken) =>
        CallAsync<object>(_http, _signedIn, method, path, body, null, cancellationToken);

    public static JsonContent Json<T>(T body, JsonTypeInfo<T> type) => JsonContent.Create(body, type);

    private static async Task<T?> CallAsync<T>(
        HttpClient http,
        SignedIn? signedIn,
        HttpMethod method,
        string path,
        HttpContent? body,
        JsonTypeInfo<T>? answer,
        CancellationToken cancellationToken
    )
        where T : class
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body;
        if (signedIn is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", signedIn.AccessToken);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var problem = await response.Content.ReadFromJsonAsync(HongyanJson.Wire.Problem, cancellationToken);
            throw new DemoException(path, problem!.Code);
        }

        return answer is null ? null : await response.Content.ReadFromJsonAsync(answer, cancellationToken);
    }
}

/// <summary>A step of the demo was refused.</summary>
internal sealed class DemoException(string path, string code) : Exception($"{path} answered {code}")
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code => code;
}
