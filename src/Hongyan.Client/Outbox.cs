using System.Text;
using System.Text.Json;
using Hongyan.Contracts.Ids;
using Hongyan.Contracts.Messages;

namespace Hongyan.Client;

/// <summary>A message that waits to be sent.</summary>
/// <param name="Conversation">Where to.</param>
/// <param name="ClientId">Its id for good, whatever happens on the way.</param>
/// <param name="Body">What it says.</param>
public sealed record OutboxItem(ConversationId Conversation, Guid ClientId, MessageBody Body);

/// <summary>Keeps what waits to be sent. What it has taken survives whatever its medium survives.</summary>
public interface IOutboxStore
{
    /// <summary>Everything that waits, in the order it was added.</summary>
    ValueTask<IReadOnlyList<OutboxItem>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Keeps an item; durable when it returns.</summary>
    ValueTask AddAsync(OutboxItem item, CancellationToken cancellationToken);

    /// <summary>Forgets an item that was sent or given up.</summary>
    ValueTask RemoveAsync(Guid clientId, CancellationToken cancellationToken);
}

/// <summary>An outbox as long as the process lives.</summary>
public sealed class MemoryOutboxStore : IOutboxStore
{
    private readonly Lock _gate = new();
    private readonly List<OutboxItem> _items = [];

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<OutboxItem>> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<OutboxItem>>([.. _items]);
        }
    }

    /// <inheritdoc />
    public ValueTask AddAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _items.Add(item);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask RemoveAsync(Guid clientId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _items.RemoveAll(item => item.ClientId == clientId);
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// An outbox in a file of JSON lines that only its owner can read: a line for each item, and one when it is done. A
/// line that a crash cut short is the last one, was never promised to anybody, and is left out. One process at a time.
/// </summary>
/// <param name="path">The file; its folder is made when it is missing.</param>
public sealed class FileOutboxStore(string path) : IOutboxStore, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<OutboxItem>> LoadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var items = new List<OutboxItem>();
            if (!File.Exists(path))
            {
                return items;
            }

            foreach (var text in await File.ReadAllLinesAsync(path, cancellationToken))
            {
                if (Parse(text) is not { } line)
                {
                    continue;
                }

                if (line.Item is { } item)
                {
                    items.Add(item);
                }
                else
                {
                    items.RemoveAll(waiting => waiting.ClientId == line.Done);
                }
            }

            await RewriteAsync(items, cancellationToken);
            return items;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask AddAsync(OutboxItem item, CancellationToken cancellationToken) =>
        AppendAsync(new OutboxLine(item, null), cancellationToken);

    /// <inheritdoc />
    public ValueTask RemoveAsync(Guid clientId, CancellationToken cancellationToken) =>
        AppendAsync(new OutboxLine(null, clientId), cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private static OutboxLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, StoreJson.Default.OutboxLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async ValueTask AppendAsync(OutboxLine line, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            OwnFile.MakeFolder(path);
            await using var file = new FileStream(path, OwnFile.Options(FileMode.Append));
            await file.WriteAsync(Encode(line), cancellationToken);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RewriteAsync(List<OutboxItem> items, CancellationToken cancellationToken)
    {
        var temporary = path + ".new";
        await using (var file = new FileStream(temporary, OwnFile.Options(FileMode.Create)))
        {
            foreach (var item in items)
            {
                await file.WriteAsync(Encode(new OutboxLine(item, null)), cancellationToken);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static byte[] Encode(OutboxLine line) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, StoreJson.Default.OutboxLine) + "\n");
}

/// <summary>A line of the outbox file: an item that waits, or the id of one that is done.</summary>
internal sealed record OutboxLine(OutboxItem? Item, Guid? Done);
