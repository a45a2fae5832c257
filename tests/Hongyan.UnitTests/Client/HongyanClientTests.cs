using System.Text.Json;
using Hongyan.Client;
using Hongyan.Contracts;
using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;
using Hongyan.Contracts.Socket;
using Microsoft.AspNetCore.Http;

namespace Hongyan.UnitTests.Client;

public sealed class HongyanClientTests
{
    private static readonly UserId Friend = new(8);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(17);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_WhoseTokenHasExpired_ComesBackWithAnother()
    {
        await using var server = await ScriptedServer.StartAsync();
        var hellos = new List<string>();
        server.Serve = async socket =>
        {
            hellos.Add(socket.Hello.Token);
            if (socket.Hello.Token == "token-1")
            {
                await socket.CloseAsync(CloseCode.Unauthenticated);
                return;
            }

            await ServeEmptyAsync(socket);
        };
        await using var device = await StartAsync(server);

        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(["token-1", "token-2"], hellos);
    }

    [Fact]
    public async Task Client_WhoseTokenExpiresUnderIt_ComesBackWithAnother()
    {
        await using var server = await ScriptedServer.StartAsync();
        var hellos = new List<string>();
        server.Serve = async socket =>
        {
            hellos.Add(socket.Hello.Token);
            await ServeEmptyAsync(socket, _ => hellos.Count == 1 ? CloseCode.Unauthenticated : null);
        };
        await using var device = await StartAsync(server);

        await device.NextAsync<InStepChanged>(change => change.IsInStep);
        await device.NextAsync<InStepChanged>(change => !change.IsInStep);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(["token-1", "token-2"], hellos);
    }

    [Theory]
    [InlineData(CloseCode.SessionRevoked)]
    [InlineData(CloseCode.Replaced)]
    [InlineData(CloseCode.BadHello)]
    [InlineData(CloseCode.UnsupportedData)]
    public async Task Client_ToldNotToComeBack_EndsAndSaysWhy(int code)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve = socket => ServeEmptyAsync(socket, _ => code);
        await using var device = await StartAsync(server);

        await device.EndAsync();

        Assert.Equal(code, device.Client.EndedWith);
    }

    [Theory]
    [InlineData(CloseCode.SessionRevoked)]
    [InlineData(CloseCode.BadHello)]
    public async Task Client_RefusedInsteadOfAWelcome_EndsAndSaysWhy(int code)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Serve = socket => socket.CloseAsync(code);
        await using var device = await StartAsync(server);

        await device.EndAsync();

        Assert.Equal(code, device.Client.EndedWith);
    }

    [Theory]
    [InlineData(CloseCode.Normal)]
    [InlineData(CloseCode.ServiceRestart)]
    [InlineData(CloseCode.TooLarge)]
    [InlineData(CloseCode.Internal)]
    [InlineData(CloseCode.TimedOut)]
    [InlineData(CloseCode.TooManyErrors)]
    public async Task Client_ClosedForAWhile_ComesBack(int code)
    {
        await using var server = await ScriptedServer.StartAsync();
        var connections = 0;
        server.Serve = socket => ServeEmptyAsync(socket, _ => ++connections == 1 ? code : null);
        await using var device = await StartAsync(server);

        await device.NextAsync<InStepChanged>(change => !change.IsInStep);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(1, server.Refreshes);
    }

    [Fact]
    public async Task Client_ClosedForGoodRightAfterAMessage_DoesNotComeBack()
    {
        await using var server = await ScriptedServer.StartAsync();
        var connections = 0;
        var world = new ModelWorld();
        world.Create();
        var chat = world.Conversations.Keys.Single();
        server.Serve = async socket =>
        {
            connections++;
            await ServeAsync(
                socket,
                world,
                _ =>
                {
                    for (var i = 0; i < 50; i++)
                    {
                        socket.Send(world.Append(chat, Friend, Guid.CreateVersion7(), new TextBody("hello"), 0));
                    }

                    return CloseCode.Replaced;
                }
            );
        };
        await using var device = await StartAsync(server);

        await device.EndAsync();

        Assert.Equal((CloseCode.Replaced, 1), (device.Client.EndedWith, connections));
    }

    [Fact]
    public async Task Client_WhoseSessionIsOver_EndsAsRevoked()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.OnRefresh = _ => Problem(ErrorCode.InvalidRefreshToken);
        await using var device = await StartAsync(server);

        await device.EndAsync();

        Assert.Equal(CloseCode.SessionRevoked, device.Client.EndedWith);
    }

    [Fact]
    public async Task Client_ThatCannotRefreshNow_TriesAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.OnRefresh = _ => server.Refreshes < 3 ? Problem(ErrorCode.StoreUnavailable) : null;
        server.Serve = socket => ServeEmptyAsync(socket);
        await using var device = await StartAsync(server);

        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(3, server.Refreshes);
    }

    [Fact]
    public async Task Client_ThatMissedTheLastChange_NoticesItByAPing()
    {
        await using var server = await ScriptedServer.StartAsync();
        var world = new ModelWorld();
        world.Create();
        var chat = world.Conversations.Keys.Single();
        var connections = 0;
        server.Serve = socket =>
        {
            var isFirst = ++connections == 1;
            return ServeAsync(
                socket,
                world,
                frame =>
                {
                    if (frame is Ping ping)
                    {
                        socket.Send(new Pong(ping.Id, isFirst ? 1 : 0, 0, world.Now));
                    }

                    return null;
                },
                (int)PingInterval.TotalSeconds
            );
        };
        var clock = new TestClock();
        await using var device = await StartAsync(server, clock);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        world.Append(chat, Friend, Guid.CreateVersion7(), new TextBody("lost on the way"), 0);
        await clock.PassAsync(PingInterval);

        Assert.Equal(new TextBody("lost on the way"), (await device.NextAsync<MessageChanged>()).Message.Body);
        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Client_WhosePingsAreNotAnswered_ComesBack()
    {
        await using var server = await ScriptedServer.StartAsync();
        var connections = 0;
        server.Serve = socket =>
        {
            connections++;
            return ServeAsync(socket, new ModelWorld(), _ => null, (int)PingInterval.TotalSeconds);
        };
        var clock = new TestClock();
        await using var device = await StartAsync(server, clock);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        await clock.PassAsync(PingInterval); // the ping
        await clock.PassAsync(PingInterval); // the wait for its answer
        await device.NextAsync<InStepChanged>(change => !change.IsInStep);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Client_WhoseLineDiesWhileItCatchesUp_ComesBack()
    {
        await using var server = await ScriptedServer.StartAsync();
        var connections = 0;
        server.Serve = socket =>
        {
            if (++connections > 1)
            {
                return ServeEmptyAsync(socket);
            }

            socket.Welcome(pingSeconds: (int)PingInterval.TotalSeconds);
            return socket.Ended;
        };
        var clock = new TestClock();
        await using var device = await StartAsync(server, clock);

        await clock.PassAsync(PingInterval);
        await clock.PassAsync(PingInterval);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Client_WhoIsNotWelcomed_TriesAgain()
    {
        await using var server = await ScriptedServer.StartAsync();
        var connections = 0;
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Serve = socket =>
        {
            var isFirst = ++connections == 1;
            said.TrySetResult();
            return isFirst ? socket.Ended : ServeEmptyAsync(socket);
        };
        var clock = new TestClock();
        await using var device = await StartAsync(server, clock);

        await said.Task;
        await clock.PassAsync(new ClientOptions().ConnectTimeout);
        await device.NextAsync<InStepChanged>(change => change.IsInStep);

        Assert.Equal(2, connections);
    }

    [Fact]
    public async Task Client_SkipsWhatItDoesNotKnow()
    {
        await using var server = await ScriptedServer.StartAsync();
        var friend = new Typing(new ConversationId(5), Friend);
        var isFirst = true;
        server.Serve = socket =>
            ServeAsync(
                socket,
                new ModelWorld(),
                _ =>
                {
                    if (isFirst)
                    {
                        var text = JsonSerializer.Serialize<ServerFrame>(friend, HongyanJson.Wire.ServerFrame);
                        socket.SendText("""{"t":"from_the_future","x":[1,{"y":2}]}""");
                        socket.SendText($$"""[{"t":"from_the_future"},{{text}},{"t":"from_the_future"}]""");
                    }

                    isFirst = false;
                    return null;
                }
            );
        await using var device = await StartAsync(server);

        Assert.Equal(Friend, (await device.NextAsync<TypingSeen>()).User);
    }

    [Fact]
    public async Task Client_ThatNobodyReads_CanBeDisposed()
    {
        await using var server = await ScriptedServer.StartAsync();
        var world = new ModelWorld();
        for (var i = 0; i < 5; i++)
        {
            world.Create();
        }

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Serve = socket =>
            ServeAsync(
                socket,
                world,
                frame =>
                {
                    asked.TrySetResult();
                    return null;
                }
            );
        using var api = await server.OpenAsync();
        var client = new HongyanClient(api, new ClientOptions { ChangeCapacity = 1, Time = new Hurried() });
        await client.StartAsync(Token);
        await asked.Task;

        await client.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task Client_WhoseOutboxCannotBeWritten_TellsWhoeverReads()
    {
        await using var server = await ScriptedServer.StartAsync();
        var world = new ModelWorld();
        world.Create();
        var chat = world.Conversations.Keys.Single();
        server.Serve = socket =>
            ServeAsync(
                socket,
                world,
                frame =>
                {
                    if (frame is Send send)
                    {
                        socket.Send(world.Send(send));
                    }

                    return null;
                }
            );
        await using var device = await StartAsync(server, outbox: new FullDisk());

        await device.Client.SendAsync(chat, new TextBody("hello"), Token);

        var exception = await Assert.ThrowsAnyAsync<Exception>(device.EndAsync);
        Assert.Contains("full", (exception.InnerException ?? exception).Message, StringComparison.Ordinal);
    }

    private static Task ServeEmptyAsync(ServerSocket socket, Func<ClientFrame, int?>? onHeads = null) =>
        ServeAsync(socket, new ModelWorld(), frame => frame is GetHeads ? onHeads?.Invoke(frame) : null);

    /// <summary>Welcomes and answers; then whatever the test does with each frame, and closes when it gives a code.</summary>
    private static async Task ServeAsync(
        ServerSocket socket,
        ModelWorld world,
        Func<ClientFrame, int?> onFrame,
        int pingSeconds = 1_000_000
    )
    {
        socket.Welcome(world.Now, world.PersonalPts, pingSeconds);
        await foreach (var frame in socket.Incoming.ReadAllAsync(Token))
        {
            if (world.Answer(frame) is { } answer)
            {
                socket.Send(answer);
            }

            if (onFrame(frame) is { } code)
            {
                await socket.CloseAsync(code);
            }
        }
    }

    private static async Task<Device> StartAsync(
        ScriptedServer server,
        TimeProvider? time = null,
        IOutboxStore? outbox = null
    )
    {
        var api = await server.OpenAsync();
        var options = new ClientOptions
        {
            Time = time ?? new Hurried(),
            Outbox = outbox,
            FirstDelay = TimeSpan.Zero,
        };

        // On the hurried clock a busy machine would be late for a welcome; only a test's own clock may say so.
        options = time is null ? options with { ConnectTimeout = TimeSpan.FromDays(10) } : options;
        var client = new HongyanClient(api, options);
        await client.StartAsync(Token);
        return new Device(api, client);
    }

    private static IResult Problem(string code)
    {
        var description = ErrorDescription.Of(code);
        return Results.Json(
            new Problem
            {
                Title = description.Title,
                Status = description.Status,
                Code = code,
                Retryable = description.IsRetryable,
            },
            HongyanJson.Wire.Problem,
            "application/problem+json",
            description.Status
        );
    }

    private sealed class FullDisk : IOutboxStore
    {
        public ValueTask<IReadOnlyList<OutboxItem>> LoadAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<OutboxItem>>([]);

        public ValueTask AddAsync(OutboxItem item, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask RemoveAsync(Guid clientId, CancellationToken cancellationToken) =>
            ValueTask.FromException(new IOException("The disk is full."));
    }
}
