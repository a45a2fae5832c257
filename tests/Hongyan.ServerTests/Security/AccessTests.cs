using System.Collections.Concurrent;
using System.Text.Json;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Platform;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests.Security;

/// <summary>Holds the server to the table of docs/security.md, and the table to the server.</summary>
public sealed class AccessTests(Servers servers)
{
    /// <summary>The door to the socket, which is not an endpoint on every transport.</summary>
    private const string Door = "GET /ws";

    private static readonly IReadOnlyList<AccessRow> Table = AccessTable.Read();

    [Fact]
    public async Task Table_HasARowForEveryEndpoint_WithItsRule_AndForNothingElse()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        var served = server
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => KeysOf(endpoint).Select(key => $"{key} {RuleOf(endpoint)}"))
            .Append($"{Door} {AccessRule.Anonymous}")
            .Distinct()
            .Order(StringComparer.Ordinal);

        var written = Endpoints().Select(row => $"{row.Key} {row.Rule}").Order(StringComparer.Ordinal);

        Assert.Equal(served, written);
        Assert.Equal(
            EndpointCalls.All.Keys.Append(Door).Order(StringComparer.Ordinal),
            Endpoints().Select(row => row.Key).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Table_HasARowForEveryFrame_AndForNothingElse()
    {
        Assert.Equal(
            FrameReader.KnownTypes.Order(StringComparer.Ordinal),
            Frames().Select(TypeOf).Order(StringComparer.Ordinal)
        );
        Assert.All(Table, row => Assert.True(Enum.TryParse<AccessRule>(row.Rule, out _), row.Key));
    }

    [Theory, CombinatorialStores]
    public async Task Endpoints_AnswerEachActor_AsTheTableSays(Store store)
    {
        var server = await servers.SharedAsync(store);
        using var http = new RawHttp(server.Address);
        var shared = await AccessWorld.CreateAsync(servers, server);
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Endpoints().Where(row => row.Key != Door).SelectMany(row => row.Answers.Keys.Select(actor => (row, actor))),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token },
            async (cell, _) =>
            {
                var (row, actor) = cell;
                var recipe = EndpointCalls.All[row.Key];
                var isFresh = recipe.ChangesAccess && char.IsAsciiDigit(row.Answers[actor].Answer[0]);
                var world = isFresh ? await AccessWorld.CreateAsync(servers, server) : shared;
                var expected = row.Answers[actor];
                var absent = expected.IsSameForAbsent
                    ? await CallAsync(http, row, recipe, Target.Absent(), world[actor])
                    : null;
                var answer = await CallAsync(http, row, recipe, world.Target, world[actor]);
                Compare(
                    wrong,
                    row,
                    actor,
                    expected,
                    answer.Code ?? $"{answer.Status}",
                    answer.Everything,
                    absent?.Everything
                );
            }
        );

        Assert.Empty(wrong.Order(StringComparer.Ordinal));
    }

    [Theory, CombinatorialStores]
    public async Task Frames_AnswerEachActor_AsTheTableSays(Store store)
    {
        var server = await servers.SharedAsync(store);
        var world = await AccessWorld.CreateAsync(servers, server);
        var wrong = new ConcurrentBag<string>();
        foreach (var row in Frames())
        {
            foreach (var (actor, expected) in row.Answers)
            {
                var clientId = Guid.CreateVersion7();
                var absent = expected.IsSameForAbsent
                    ? await SayAsync(server, row, Target.Absent(), world[actor], clientId)
                    : default;
                var answer = await SayAsync(server, row, world.Target, world[actor], clientId);
                Compare(wrong, row, actor, expected, answer.Said, answer.Raw, absent.Raw);
            }
        }

        Assert.Empty(wrong.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Door_OpensForEverybody_BecauseHelloSaysWho()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        var row = Endpoints().Single(row => row.Key == Door);

        await using var socket = await RawSocket.OpenAsync(server.Address);

        Assert.All(row.Answers.Values, expected => Assert.Equal(new Expected("101", false), expected));
    }

    private static IEnumerable<AccessRow> Endpoints() => Table.Except(Frames());

    private static IEnumerable<AccessRow> Frames() =>
        Table.Where(row => row.Key.StartsWith(AccessTable.FramePrefix, StringComparison.Ordinal));

    private static string TypeOf(AccessRow frame) => frame.Key[AccessTable.FramePrefix.Length..];

    private static IEnumerable<string> KeysOf(RouteEndpoint endpoint)
    {
        var path = $"/{endpoint.RoutePattern.RawText!.Trim('/')}";
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        return path == SocketEndpoint.Path ? [Door] : methods.Select(method => $"{method} {path}");
    }

    private static string RuleOf(RouteEndpoint endpoint) =>
        $"{endpoint.Metadata.GetMetadata<AccessRuleMetadata>()?.Rule}";

    private static async Task<HttpAnswer> CallAsync(
        RawHttp http,
        AccessRow row,
        EndpointRecipe recipe,
        Target target,
        Caller caller
    )
    {
        var call = recipe.Make(target, caller);
        // Everybody calls from another machine: the operator is on this one.
        return await http.CallAsync(
            HttpMethod.Parse(row.Key.Split(' ')[0]),
            call.Path,
            caller.AccessToken,
            call.Content,
            ("X-Forwarded-For", "203.0.113.7")
        );
    }

    /// <summary>Says hello and the frame at once, then asks for a pong behind which the frame's answer cannot come.</summary>
    private static async Task<(string Said, string Raw)> SayAsync(
        TestServer server,
        AccessRow row,
        Target target,
        Caller caller,
        Guid clientId
    )
    {
        await using var socket = await RawSocket.OpenAsync(server.Address);
        var type = TypeOf(row);
        var isHello = type == "hello";
        var frame = isHello ? null : FrameCalls.All[type](target.Conversation, clientId);
        // Without a token there is no hello to say; a hello with a bad one is what nobody can try.
        var hello =
            caller.AccessToken is { } token || isHello ? RawSocket.Hello(caller.AccessToken ?? "no-token") : null;
        await socket.SayAsync($"[{string.Join(',', new[] { hello, frame }.OfType<string>())}]");
        var first = await socket.NextAsync();
        if (first is null)
        {
            return ($"{await socket.CloseCodeAsync()}", "");
        }

        if (isHello)
        {
            return Describe(first.Value);
        }

        Assert.Equal("welcome", first.Value.GetProperty("t").GetString());
        if (type != "send")
        {
            await socket.SayAsync("""{"t":"ping","id":8}""");
        }

        var answer = await AnswerAsync(socket);
        return answer.TryGetProperty("id", out var id) && id.GetInt32() == 8 ? ("silence", "") : Describe(answer);
    }

    /// <summary>The next frame that answers something; what others do at the same time is pushed in between.</summary>
    private static async Task<JsonElement> AnswerAsync(RawSocket socket)
    {
        while (await socket.NextAsync("an answer") is { } frame)
        {
            if (frame.GetProperty("t").GetString() is not ("message" or "personal" or "marks" or "typing"))
            {
                return frame;
            }
        }

        throw new InvalidOperationException("The server closed before it answered.");
    }

    private static (string Said, string Raw) Describe(JsonElement frame)
    {
        var type = frame.GetProperty("t").GetString()!;
        return (type == "error" ? frame.GetProperty("code").GetString()! : type, frame.GetRawText());
    }

    private static void Compare(
        ConcurrentBag<string> wrong,
        AccessRow row,
        Actor actor,
        Expected expected,
        string answer,
        string everything,
        string? absent
    )
    {
        if (answer != expected.Answer)
        {
            wrong.Add($"{row.Key} as {actor}: {answer}, but the table says {expected.Answer}");
        }
        else if (expected.IsSameForAbsent && everything != absent)
        {
            wrong.Add($"{row.Key} as {actor} tells what exists from what does not:\n{everything}\n{absent}");
        }
    }
}
