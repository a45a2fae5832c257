using System.Text.Json;
using Hongyan.Contracts.Socket;

namespace Hongyan.E2ETests;

/// <summary>The browser's own WebSocket, without the web client between: messages of any size, and close codes.</summary>
public sealed class SocketTests(World world)
{
    /// <summary>A page of the server's own registers somebody and talks to the socket by hand.</summary>
    private const string Talk = """
        async (handle) => {
          let phase = "";
          const open = (first) => {
            const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`, "hongyan.v1");
            const frames = [];
            let wake = () => {};
            socket.onopen = () => socket.send(first);
            socket.onmessage = ({ data }) => {
              frames.push(...[JSON.parse(data)].flat());
              wake();
            };
            const closed = new Promise((resolve) => {
              socket.onclose = ({ code, wasClean }) => resolve({ code, wasClean });
            });
            const until = async (type) => {
              for (;;) {
                const found = frames.findIndex((frame) => frame.t === type);
                if (found >= 0) return frames.splice(found, 1)[0];
                await new Promise((resolve) => { wake = resolve; });
              }
            };
            return { socket, until, closed };
          };
          const talk = async () => {
            phase = "register";
            const answer = await fetch("/api/accounts", {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({
                handle, name: "By hand", password: "wild-goose-letters-9", device: { name: "test", kind: "web" },
              }),
            });
            const { accessToken } = await answer.json();
            phase = `welcome, after ${answer.status}`;
            const { socket, until, closed } = open(JSON.stringify({ t: "hello", v: 1, token: accessToken }));
            await until("welcome");
            const { protocol, extensions } = socket;
            phase = "pong";
            socket.send(JSON.stringify({ t: "ping", id: 1 }).padEnd(256 * 1024));
            const pong = (await until("pong")).id;
            phase = "close";
            socket.close(1000, "done");
            const ends = { closed: await closed };
            phase = "close of a bad hello";
            ends.bad = await open("{}").closed;
            phase = "close of a large hello";
            ends.large = await open("{}".padEnd(256 * 1024)).closed;
            return { protocol, extensions, pong, ...ends };
          };
          const patience = new Promise((_, reject) => {
            setTimeout(() => reject(new Error(`It waits for: ${phase}`)), 30_000);
          });
          return Promise.race([talk(), patience]);
        }
        """;

    [Fact]
    public async Task Browser_TalksToTheServer()
    {
        await using var device = await world.OpenAsync();

        var result = await device.Page.EvaluateAsync<JsonElement>(Talk, $"t{Guid.NewGuid():N}"[..20]);

        Assert.Equal("hongyan.v1", result.GetProperty("protocol").GetString());
        Assert.Equal("", result.GetProperty("extensions").GetString());
        Assert.Equal(1, result.GetProperty("pong").GetInt32());
        Assert.Equal((CloseCode.Normal, true), End("closed"));
        Assert.Equal((CloseCode.BadHello, true), End("bad"));

        // Not clean: nothing is read of what follows a broken rule, the browser's own close among it.
        Assert.Equal(CloseCode.TooLarge, End("large").Code);

        (int Code, bool WasClean) End(string name)
        {
            var end = result.GetProperty(name);
            return (end.GetProperty("code").GetInt32(), end.GetProperty("wasClean").GetBoolean());
        }
    }
}
