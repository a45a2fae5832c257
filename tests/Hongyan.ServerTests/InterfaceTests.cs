using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Hongyan.Load;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

/// <summary>What the server says of itself: its description, the page of it, its metrics, and that it stops.</summary>
public sealed partial class InterfaceTests(Servers servers)
{
    [Fact]
    public async Task OpenApi_DescribesEveryEndpoint()
    {
        var server = await servers.SharedAsync(Store.Sqlite);

        using var document = await DescriptionAsync(server);

        var root = document.RootElement;
        Assert.StartsWith("3.1", root.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = (
            from path in root.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select (Call: $"{operation.Name.ToUpperInvariant()} {path.Name}", Operation: operation.Value)
        ).ToDictionary(pair => pair.Call, pair => pair.Operation);
        Assert.Equal(CallsOf(server).Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            described,
            pair =>
            {
                Assert.NotEmpty(pair.Value.GetProperty("operationId").GetString()!);
                Assert.NotEmpty(pair.Value.GetProperty("summary").GetString()!);
                Assert.Contains(
                    "#/components/schemas/Problem",
                    pair.Value.GetProperty("responses").GetProperty("default").GetRawText(),
                    StringComparison.Ordinal
                );
            }
        );
        Assert.Equal(
            described.Count,
            described.Values.Select(operation => operation.GetProperty("operationId").GetString()).Distinct().Count()
        );
    }

    [Fact]
    public async Task OpenApi_DescribesEveryFrameAndKind()
    {
        using var document = await DescriptionAsync(await servers.SharedAsync(Store.Sqlite));

        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        foreach (
            var union in new[]
            {
                typeof(ClientFrame),
                typeof(ServerFrame),
                typeof(MessageBody),
                typeof(Contracts.Sync.PersonalChange),
            }
        )
        {
            var mapping = schemas.GetProperty(union.Name).GetProperty("discriminator").GetProperty("mapping");
            Assert.Equal(
                union
                    .GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
                    .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>()
                    .Select(kind => (string)kind.TypeDiscriminator!)
                    .Order(StringComparer.Ordinal),
                mapping.EnumerateObject().Select(kind => kind.Name).Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Page_OfTheDescription_NeedsNothingFromElsewhere()
    {
        var server = await servers.SharedAsync(Store.Sqlite);
        using var http = new HttpClient();
        http.BaseAddress = server.Address;

        using var answer = await http.GetAsync("/docs/", Token);
        var page = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal(
            (HttpStatusCode.OK, "text/html"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        var scripts = Script().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            using var part = await http.GetAsync(new Uri($"/docs/{script}", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        }
    }

    [Theory, CombinatorialStores]
    public async Task Metrics_CountMessagesAndSessions(Store store)
    {
        // A process of its own: within one, the servers of other tests report under the same names.
        await using var server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Hongyan.Server.dll"),
            servers.NewFolder(),
            await servers.NewStoreAsync(store),
            cancellationToken: Token
        );
        using var handler = new SocketsHttpHandler();
        var person = (await Person.RegisterAsync(server.Address, handler, 1, Token))[0];
        var notes = await person.Api.OpenNotesAsync(Token);
        await using var connection = await person.ConnectAsync();
        await connection.SendAsync(notes.Id, person.Api.Clock.NewId(), new TextBody("counted"), Token);
        await person.SendAsync(notes.Id, "delivered");
        await connection.NextAsync<Pushed>();

        using var http = new HttpClient();
        http.BaseAddress = server.Address;
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Token);

        Assert.InRange(Value("hongyan_messages_total"), 2, double.MaxValue);
        Assert.InRange(Value("hongyan_sessions"), 1, double.MaxValue);
        Assert.InRange(Value("hongyan_deliveries_total"), 1, double.MaxValue);
        Assert.InRange(Value("hongyan_commit_duration_seconds_count"), 1, double.MaxValue);
        Assert.InRange(Value("http_server_request_duration_seconds_count"), 1, double.MaxValue);

        double Value(string name) =>
            metrics
                .Split('\n')
                .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
                .Max(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory, CombinatorialStores]
    public async Task Stop_TellsDevicesToComeBack_AndKeepsWhatItAcknowledged(Store store)
    {
        var folder = servers.NewFolder();
        var settings = await servers.NewStoreAsync(store);
        var server = await TestServer.StartAsync(folder, settings);
        var port = ("Hongyan:Port", $"{server.Address.Port}");
        var person = (await servers.PeopleAsync(server, 1))[0];
        var notes = await person.Api.OpenNotesAsync(Token);
        await using var connection = await person.ConnectAsync();
        var sends = Enumerable
            .Range(0, 200)
            .Select(i => connection.SendAsync(notes.Id, person.Api.Clock.NewId(), new TextBody($"{i}"), Token))
            .ToList();
        await sends[0];

        await server.DisposeAsync();

        Assert.Equal(CloseCode.ServiceRestart, await connection.Closed.WaitAsync(Token));
        var acknowledged = new List<Ack>();
        foreach (var send in sends)
        {
            try
            {
                acknowledged.Add(await send);
            }
            catch (Client.HongyanException exception)
            {
                Assert.True(exception.IsRetryable, exception.Code);
            }
        }

        await using var after = await TestServer.StartAsync(folder, settings, port);
        var history = await person.Api.HistoryAsync(notes.Id, null, 0, 200, Token);
        // Nothing is there that was not acknowledged: the server told of all it had committed before it closed.
        Assert.Equal(
            acknowledged.Select(ack => (ack.Seq, ack.ClientId)).Order(),
            history.Messages.Select(message => (message.Seq, message.ClientId))
        );
    }

    private static async Task<JsonDocument> DescriptionAsync(TestServer server)
    {
        using var http = new HttpClient();
        http.BaseAddress = server.Address;
        return JsonDocument.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Token));
    }

    private static IEnumerable<string> CallsOf(TestServer server) =>
        from endpoint in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
        where endpoint.Metadata.GetMetadata<Hongyan.Server.Platform.AccessRuleMetadata>() is not null
        from method in endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()?.HttpMethods
            ?? []
        select $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}";

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
