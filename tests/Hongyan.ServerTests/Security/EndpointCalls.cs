using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;

namespace Hongyan.ServerTests.Security;

/// <summary>A request.</summary>
internal sealed record EndpointCall(string Path, HttpContent? Content = null);

/// <summary>How an endpoint of the table is called so that only who calls can be what is wrong.</summary>
/// <param name="ChangesAccess">Whether a success changes what other calls may do, so that each needs a world of its own.</param>
internal sealed record EndpointRecipe(bool ChangesAccess, Func<Target, Caller, EndpointCall> Make);

/// <summary>The recipes of all endpoints, by the key of their row.</summary>
internal static class EndpointCalls
{
    public static readonly IReadOnlyDictionary<string, EndpointRecipe> All = new Dictionary<string, EndpointRecipe>
    {
        ["POST /api/accounts"] = Harmless((_, _) => Call("/api/accounts", RegisterBody($"n{Guid.NewGuid():N}"[..20]))),
        ["POST /api/sessions"] = Harmless((_, caller) => Call("/api/sessions", SignInBody(caller.Handle))),
        ["POST /api/sessions/refresh"] = Fresh(
            (_, caller) =>
                Call(
                    "/api/sessions/refresh",
                    caller.RefreshToken is { } token ? $$"""{"refreshToken":"{{token}}"}""" : "{}"
                )
        ),
        ["GET /api/sessions"] = Harmless((_, _) => Call("/api/sessions")),
        ["DELETE /api/sessions/current"] = Fresh((_, _) => Call("/api/sessions/current")),
        ["DELETE /api/sessions/{id}"] = Fresh((target, _) => Call($"/api/sessions/{target.Session}")),
        ["GET /api/me"] = Harmless((_, _) => Call("/api/me")),
        ["PATCH /api/me"] = Harmless((_, _) => Call("/api/me", """{"name":"Another name"}""")),
        ["PUT /api/me/password"] = Fresh(
            (_, _) =>
                Call("/api/me/password", $$"""{"current":"{{Person.Password}}","next":"grey-geese-fly-south-7"}""")
        ),
        ["PUT /api/me/avatar"] = Harmless(
            (_, _) => new EndpointCall("/api/me/avatar", RawHttp.Bytes(TestImages.Png(8, 8), "image/png"))
        ),
        ["DELETE /api/me/avatar"] = Harmless((_, _) => Call("/api/me/avatar")),
        ["GET /api/users/{id}"] = Harmless((target, _) => Call($"/api/users/{target.Person}")),
        ["GET /api/users/{id}/avatar"] = Harmless((target, _) => Call($"/api/users/{target.Person}/avatar")),
        ["GET /api/people/{handle}"] = Harmless((target, _) => Call($"/api/people/{target.Handle}")),
        ["POST /api/contact-requests"] = Fresh(
            (target, _) => Call("/api/contact-requests", $$"""{"user":"{{target.Person}}","greeting":"hello"}""")
        ),
        ["GET /api/contact-requests"] = Harmless((_, _) => Call("/api/contact-requests")),
        ["POST /api/contact-requests/{id}/accept"] = Fresh(
            (target, _) => Call($"/api/contact-requests/{target.Request}/accept")
        ),
        ["POST /api/contact-requests/{id}/decline"] = Fresh(
            (target, _) => Call($"/api/contact-requests/{target.Request}/decline")
        ),
        ["GET /api/contacts"] = Harmless((_, _) => Call("/api/contacts")),
        ["DELETE /api/contacts/{userId}"] = Fresh((target, _) => Call($"/api/contacts/{target.Person}")),
        ["GET /api/conversations"] = Harmless((_, _) => Call("/api/conversations")),
        ["POST /api/conversations"] = Fresh(
            (target, _) =>
                Call(
                    "/api/conversations",
                    $$"""{"clientId":"{{Guid.CreateVersion7()}}","title":"Cranes","members":["{{target.Person}}"]}"""
                )
        ),
        ["POST /api/conversations/direct"] = Harmless(
            (target, _) => Call("/api/conversations/direct", $$"""{"user":"{{target.Person}}"}""")
        ),
        ["POST /api/conversations/notes"] = Harmless((_, _) => Call("/api/conversations/notes")),
        ["GET /api/conversations/{id}"] = Harmless((target, _) => Call(Conversation(target, ""))),
        ["PATCH /api/conversations/{id}"] = Harmless(
            (target, _) =>
                Call(Conversation(target, ""), $$"""{"clientId":"{{Guid.CreateVersion7()}}","title":"Cranes"}""")
        ),
        ["DELETE /api/conversations/{id}/members/me"] = Fresh((target, _) => Call(Conversation(target, "/members/me"))),
        ["GET /api/conversations/{id}/members"] = Harmless((target, _) => Call(Conversation(target, "/members"))),
        ["GET /api/conversations/{id}/messages"] = Harmless((target, _) => Call(Conversation(target, "/messages"))),
        ["POST /api/conversations/{id}/messages"] = Harmless(
            (target, _) =>
                Call(
                    Conversation(target, "/messages"),
                    $$$"""{"clientId":"{{{Guid.CreateVersion7()}}}","body":{"kind":"text","text":"hello"}}"""
                )
        ),
        ["GET /api/conversations/{id}/changes"] = Harmless(
            (target, _) => Call(Conversation(target, "/changes?since=0"))
        ),
        ["PUT /api/conversations/{id}/marks"] = Harmless(
            (target, _) => Call(Conversation(target, "/marks"), """{"read":1}""")
        ),
        ["GET /api/changes"] = Harmless((_, _) => Call("/api/changes?since=0")),
        ["GET /health/live"] = Harmless((_, _) => Call("/health/live")),
        ["GET /health/ready"] = Harmless((_, _) => Call("/health/ready")),
        ["GET /metrics"] = Harmless((_, _) => Call("/metrics")),
        ["GET /openapi/{documentName}.json"] = Harmless((_, _) => Call("/openapi/v1.json")),
        ["GET /docs/{documentName?}"] = Harmless((_, _) => Call("/docs/")),
        ["GET /docs/favicon.svg"] = Harmless((_, _) => Call("/docs/favicon.svg")),
        ["GET /docs/scalar.js"] = Harmless((_, _) => Call("/docs/scalar.js")),
        ["GET /docs/scalar.aspnetcore.js"] = Harmless((_, _) => Call("/docs/scalar.aspnetcore.js")),
    };

    public static string RegisterBody(string handle) =>
        $$$"""{"handle":"{{{handle}}}","name":"New","password":"{{{Person.Password}}}","device":{"name":"test","kind":"web"}}""";

    public static string SignInBody(string handle) =>
        $$$"""{"handle":"{{{handle}}}","password":"{{{Person.Password}}}","device":{"name":"test","kind":"web"}}""";

    private static EndpointRecipe Harmless(Func<Target, Caller, EndpointCall> make) => new(false, make);

    private static EndpointRecipe Fresh(Func<Target, Caller, EndpointCall> make) => new(true, make);

    private static EndpointCall Call(string path, string? json = null) =>
        new(path, json is null ? null : RawHttp.Json(json));

    private static string Conversation(Target target, string rest) => $"/api/conversations/{target.Conversation}{rest}";
}
