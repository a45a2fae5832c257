using Hongyan.Client;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.UnitTests.Client;

/// <summary>What a device keeps between runs, in files of its own.</summary>
public sealed class FileStoreTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly ConversationId Chat = new(7);
    private readonly string _folder = Directory.CreateTempSubdirectory("hongyan-files-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string OutboxFile => Path.Combine(_folder, "new folder", "outbox.jsonl");

    private string SessionFile => Path.Combine(_folder, "new folder", "session.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Outbox_OpenedAgain_HoldsWhatWaits_InOrder()
    {
        var items = Enumerable.Range(0, 4).Select(i => Item($"消息 {i}\n🪿")).ToList();
        using (var outbox = new FileOutboxStore(OutboxFile))
        {
            Assert.Empty(await outbox.LoadAsync(Token));
            foreach (var item in items)
            {
                await outbox.AddAsync(item, Token);
            }

            await outbox.RemoveAsync(items[1].ClientId, Token);
        }

        using var again = new FileOutboxStore(OutboxFile);
        Assert.Equal([items[0], items[2], items[3]], await again.LoadAsync(Token));
        await again.RemoveAsync(items[0].ClientId, Token);
        await again.AddAsync(items[1], Token);
        Assert.Equal([items[2], items[3], items[1]], await again.LoadAsync(Token));
        Assert.Equal(Own, new FileInfo(OutboxFile).UnixFileMode);
    }

    [Fact]
    public async Task Outbox_CutShortByACrash_LosesTheLineThatWasNotPromised_AndGoesOn()
    {
        var (first, second, third) = (Item("first"), Item("second"), Item("third"));
        using (var outbox = new FileOutboxStore(OutboxFile))
        {
            await outbox.AddAsync(first, Token);
            await outbox.AddAsync(second, Token);
        }

        await using (var file = File.OpenWrite(OutboxFile))
        {
            file.SetLength(file.Length - 10);
        }

        using var again = new FileOutboxStore(OutboxFile);
        Assert.Equal([first], await again.LoadAsync(Token));
        await again.AddAsync(third, Token);
        Assert.Equal([first, third], await again.LoadAsync(Token));
    }

    [Fact]
    public async Task Session_IsKeptForItsOwner_AndForgotten()
    {
        var store = new FileSessionStore(SessionFile);
        var session = new StoredSession(
            new Uri("https://chat.example"),
            new UserId(1),
            "ann",
            new SessionId(2),
            "secret"
        );

        Assert.Null(await store.LoadAsync(Token));
        await store.SaveAsync(session, Token);

        Assert.Equal(session, await new FileSessionStore(SessionFile).LoadAsync(Token));
        Assert.Equal(Own, new FileInfo(SessionFile).UnixFileMode);
        Assert.Equal(
            Own | UnixFileMode.UserExecute,
            new DirectoryInfo(Path.GetDirectoryName(SessionFile)!).UnixFileMode
        );
        await store.SaveAsync(null, Token);
        Assert.Null(await store.LoadAsync(Token));
    }

    [Fact]
    public async Task SessionLock_IsHeldByOneAtATime()
    {
        var holders = 0;
        await Parallel.ForAsync(
            0,
            12,
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Token },
            async (_, token) =>
            {
                var store = new FileSessionStore(SessionFile);
                await using var pass = await store.LockAsync(token);
                Assert.Equal(1, Interlocked.Increment(ref holders));
                await Task.Yield();
                Interlocked.Decrement(ref holders);
            }
        );
    }

    private static OutboxItem Item(string text) => new(Chat, Guid.CreateVersion7(), new TextBody(text));
}
