using System.Text.Json;
using System.Threading.Channels;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.UnitTests.Delivery;

/// <summary>A socket whose other side is the test.</summary>
internal sealed class FakeSocket : IFrameSocket
{
    private readonly Channel<byte[]> _sent = Channel.CreateUnbounded<byte[]>();
    private TaskCompletionSource _mayWrite = Released();

    public TaskCompletionSource<int> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public bool WasAborted { get; private set; }

    /// <summary>From now on the other side does not read.</summary>
    public void Stall() => _mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unstall() => _mayWrite.TrySetResult();

    /// <summary>The frames of the next message.</summary>
    public async Task<ServerFrame[]> NextAsync()
    {
        var bytes = await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        return bytes[0] == '['
            ? JsonSerializer.Deserialize(bytes, HongyanJson.Wire.ServerFrameArray)!
            : [JsonSerializer.Deserialize(bytes, HongyanJson.Wire.ServerFrame)!];
    }

    public ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("These tests only send.");

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _mayWrite.Task.WaitAsync(cancellationToken);
        await _sent.Writer.WriteAsync(message.ToArray(), cancellationToken);
    }

    public Task CloseAsync(int code, string reason, CancellationToken cancellationToken)
    {
        Closed.TrySetResult(code);
        return Task.CompletedTask;
    }

    public void Abort() => WasAborted = true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TaskCompletionSource Released()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
