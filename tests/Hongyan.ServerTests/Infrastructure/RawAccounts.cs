using System.Text.Json.Nodes;
using Hongyan.Load;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>A signed-in device, as the server's answer told of it.</summary>
internal sealed record SignedInDevice(string Handle, string Session, string AccessToken, string? RefreshToken)
{
    public static SignedInDevice Of(HttpAnswer answer)
    {
        Assert.True(answer.Status is 200 or 201, answer.ToString());
        var json = answer.Json;
        return new SignedInDevice(
            json.GetProperty("me").GetProperty("handle").GetString()!,
            json.GetProperty("session").GetString()!,
            json.GetProperty("accessToken").GetString()!,
            json.TryGetProperty("refreshToken", out var refresh) ? refresh.GetString() : null
        );
    }
}

/// <summary>Accounts and sessions over plain HTTP.</summary>
internal static class RawAccounts
{
    public static string NewHandle() => $"t{Guid.NewGuid():N}"[..20];

    public static Task<HttpAnswer> RegisterAsync(
        this RawHttp http,
        string handle,
        string password = Person.Password,
        string name = "Somebody",
        string device = "test",
        bool useCookie = false
    ) => http.PostAsync("/api/accounts", Body(handle, password, name, device, useCookie));

    public static async Task<SignedInDevice> NewPersonAsync(this RawHttp http) =>
        SignedInDevice.Of(await http.RegisterAsync(NewHandle()));

    public static Task<HttpAnswer> TrySignInAsync(
        this RawHttp http,
        string handle,
        string password = Person.Password,
        string device = "test",
        params (string Name, string Value)[] headers
    ) =>
        http.CallAsync(
            HttpMethod.Post,
            "/api/sessions",
            content: RawHttp.Json(Body(handle, password, null, device, false)),
            headers: headers
        );

    public static async Task<SignedInDevice> SignInAsync(
        this RawHttp http,
        SignedInDevice person,
        string device = "another"
    ) => SignedInDevice.Of(await http.TrySignInAsync(person.Handle, device: device));

    public static Task<HttpAnswer> RefreshAsync(this RawHttp http, string? refreshToken) =>
        http.PostAsync("/api/sessions/refresh", new JsonObject { ["refreshToken"] = refreshToken }.ToJsonString());

    private static string Body(string handle, string password, string? name, string device, bool useCookie)
    {
        var body = new JsonObject
        {
            ["handle"] = handle,
            ["password"] = password,
            ["device"] = new JsonObject { ["name"] = device, ["kind"] = "web" },
            ["useCookie"] = useCookie,
        };
        if (name is not null)
        {
            body["name"] = name;
        }

        return body.ToJsonString();
    }
}
