using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>Long conversations.</summary>
public sealed class HistoryTests(World world)
{
    /// <summary>
    /// Scrolls near to the top and waits until an older page is there. Returns by how many pixels at most a message that
    /// is on the screen has moved meanwhile, in any frame; how many messages are in the document; and what was seen.
    /// </summary>
    private const string ScrollUp = """
        async (log) => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const edge = log.getBoundingClientRect().top;
          const texts = () => [...log.querySelectorAll("[data-text]")];
          while (log.scrollHeight < 2000) await frame();
          // In steps, as a wheel does, so that every row has been on the screen and has its size; and not yet so far up
          // that the next page is asked for.
          do {
            for (log.scrollTop -= 300; log.scrollTop > 1800; log.scrollTop -= 300) await frame();
            log.scrollTop = 1700;
            for (let before = "", still = 0; still < 10; ) {
              await frame();
              const now = `${log.scrollTop} ${log.scrollHeight}`;
              still = now === before ? still + 1 : 0;
              before = now;
            }
          } while (log.scrollTop < 1610 || log.scrollTop > 1790);
          const height = log.scrollHeight;
          log.scrollTop = 1590;
          let anchor;
          do {
            await frame();
            anchor = texts().find((text) => text.getBoundingClientRect().top >= edge);
          } while (anchor === undefined);
          // Told by what it says: the list may draw a row anew, as long as that is not seen.
          const said = anchor.textContent;
          const place = () => texts().find((text) => text.textContent === said)?.getBoundingClientRect().top ?? Infinity;
          const at = place();
          let moved = 0;
          const trace = [];
          for (let frames = 0, quiet = 0; quiet < 10; frames++) {
            await frame();
            moved = Math.min(1e6, Math.max(moved, Math.abs(place() - at)));
            trace.push(`${place() - at} at ${log.scrollTop} of ${log.scrollHeight}`);
            quiet += log.scrollHeight > height + 1000 || log.scrollTop > 2000 ? 1 : 0;
            if (frames > 2000) throw new Error(`no older page came; ${log.scrollHeight} pixels, ${texts().length} texts`);
          }
          return JSON.stringify({ moved, count: texts().length, trace: trace.join(", ") });
        }
        """;

    /// <summary>
    /// Scrolls down to the newest message without ever stopping. Returns as <see cref="ScrollUp"/> does; a list that
    /// has come to the end of what is loaded waits there.
    /// </summary>
    private const string ScrollDown = """
        async (log) => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          const { top, bottom } = log.getBoundingClientRect();
          const texts = () => [...log.querySelectorAll("[data-text]")];
          const placeOf = (said) => texts().find((text) => text.textContent === said)?.getBoundingClientRect().top ?? Infinity;
          // The list holds on to the place that it was told to show, until all rows there have their sizes.
          for (let before = "", still = 0; still < 30; ) {
            await frame();
            const now = `${log.scrollTop} ${log.scrollHeight}`;
            still = now === before ? still + 1 : 0;
            before = now;
          }
          let moved = 0;
          let count = 0;
          const trace = [];
          for (let last = "", waited = 0; last !== "the newest"; waited++) {
            // Low enough to be there after the step still.
            const anchor = texts().find((text) => text.getBoundingClientRect().top >= top + 350)?.textContent;
            const at = placeOf(anchor);
            const step = Math.min(300, log.scrollHeight - log.clientHeight - log.scrollTop);
            log.scrollTop += step;
            await frame();
            const asked = placeOf(anchor) - at + step;
            // There may be less room at the end than there seemed to be: then it goes as far as it can.
            const isAtEnd = log.scrollHeight - log.clientHeight - log.scrollTop < 1;
            const off = anchor === undefined || (isAtEnd && asked >= 0 && asked <= step) ? 0 : Math.abs(asked);
            if (off > 0.5) trace.push(`${off} at ${log.scrollTop} of ${log.scrollHeight}`);
            moved = Math.min(1e6, Math.max(moved, off));
            count = Math.max(count, texts().length);
            waited = step >= 1 ? 0 : waited;
            if (waited > 2000) throw new Error(`nothing more came below ${last}`);
            last = texts().findLast((text) => text.getBoundingClientRect().top < bottom - 20)?.textContent;
          }
          return JSON.stringify({ moved, count, trace: trace.join(", ") });
        }
        """;

    [Fact]
    public async Task LongHistory_IsReadOnFromTheFirstUnread_WithoutAnythingMoving()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await bob.SendAsync(chat, "the first");

        // More than the list holds at a time: it lets go of its start meanwhile.
        await bob.SendManyAsync(chat, 2_500, atOnce: 16, i => $"{i}: {new string('…', i * 7 % 90)}");
        await bob.SendAsync(chat, "the newest");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("Bob");
        await device.Button("2,503 new messages").ClickAsync();
        await Expect(device.Text("the first")).ToBeInViewportAsync();

        var scrolled = Scrolled.Read(await device.Log.EvaluateAsync<string>(ScrollDown));

        Assert.True(scrolled.Moved <= 2, $"the list moved by {scrolled.Moved} px: {scrolled.Trace}");
        Assert.InRange(scrolled.Count, 1, 100);
        await Expect(device.Text("the newest")).ToBeInViewportAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LongHistory_IsScrolledUp_WithoutAnythingMoving(bool isPhone)
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await bob.SendManyAsync(chat, 3_000, atOnce: 16, i => $"{i}: {new string('…', i * 7 % 90)}");
        await bob.SendAsync(chat, "the newest");
        await using var device = await world.OpenAsync(ann, isPhone);
        await device.OpenChatAsync("Bob");
        await device.SeesAsync("the newest");

        // So far that what is newest is let go of again.
        for (var page = 0; page < 20; page++)
        {
            var scrolled = Scrolled.Read(await device.Log.EvaluateAsync<string>(ScrollUp));
            Assert.True(scrolled.Moved <= 2, $"page {page} moved the list by {scrolled.Moved} px: {scrolled.Trace}");
            Assert.InRange(scrolled.Count, 1, 100);
        }

        await device.Button("Jump to the newest message").ClickAsync();
        await Expect(device.Text("the newest")).ToBeInViewportAsync();
        await bob.SendAsync(chat, "and one more");
        await Expect(device.Text("and one more")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task ManyUnread_AreCounted_AndOneGetsToTheFirstOfThem()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("Bob");
        await device.SendAsync("I shall be away");
        await Expect(device.Tick("Sent")).ToBeVisibleAsync();
        await device.OpenChatAsync("File Transfer");
        await bob.SendManyAsync(chat, 150, atOnce: 1, i => $"letter {i}");
        await Expect(device.Row("Bob")).ToContainTextAsync("99+");
        await Expect(device.Page).ToHaveTitleAsync("(99+) Hongyan");

        await device.Row("Bob").ClickAsync();
        await Expect(device.Text("letter 149")).ToBeInViewportAsync();
        await device.Button("150 new messages").ClickAsync();
        await Expect(device.Log.GetByText("New messages")).ToBeInViewportAsync();
        await Expect(device.Text("letter 0")).ToBeInViewportAsync();
        await Expect(device.Button("150 new messages")).ToHaveCountAsync(0);

        // Who reads further up is left in peace, and told how many are waiting below.
        await bob.SendAsync(chat, "letter 150");
        await Expect(device.Button("Jump to the newest message")).ToHaveTextAsync("1");
        await Expect(device.Text("letter 0")).ToBeInViewportAsync();
        await device.Button("Jump to the newest message").ClickAsync();
        await Expect(device.Text("letter 150")).ToBeInViewportAsync();
        await Expect(device.Page).ToHaveTitleAsync("Hongyan");
    }

    [Fact]
    public async Task OwnMessage_BringsOneToTheBottom()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        var chat = await ann.BefriendAsync(bob);
        await bob.SendManyAsync(chat, 80, atOnce: 1, i => $"letter {i}");
        await using var device = await world.OpenAsync(ann);
        await device.OpenChatAsync("Bob");
        await Expect(device.Text("letter 79")).ToBeInViewportAsync();
        await device.Log.HoverAsync();

        // While rows are still taking their sizes the list holds on to its end; a person turns the wheel again, too.
        for (var turns = 0; turns < 50 && !await IsScrolledUpAsync(device); turns++)
        {
            await device.Page.Mouse.WheelAsync(0, -2_000);
        }

        await Expect(device.Text("letter 79")).Not.ToBeInViewportAsync();

        await device.SendAsync("an answer");

        await Expect(device.Text("an answer")).ToBeInViewportAsync();
    }

    private static async Task<bool> IsScrolledUpAsync(Device device) =>
        await device.Log.EvaluateAsync<bool>("log => log.scrollHeight - log.scrollTop - log.clientHeight > 500");

    private sealed record Scrolled(double Moved, int Count, string Trace)
    {
        public static Scrolled Read(string json) =>
            JsonSerializer.Deserialize<Scrolled>(json, JsonSerializerOptions.Web)!;
    }
}
