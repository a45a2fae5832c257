using System.Text.Json;
using System.Threading.Channels;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.UnitTests.Delivery;

/// <summary>A socket whose other side is the test.</summary>
internal sealed class FakeSocket : IFrameSocket, IDisposable
{
    private readonly Channel<ServerFrame[]> _sent = Channel.CreateUnbounded<ServerFrame[]>();
    private readonly CancellationTokenSource _gone = new();
    private readonly List<ServerFrame> _unsent = [];
    private TaskCompletionSource _mayWrite = Released();

    public CancellationToken Gone => _gone.Token;
    public int MaxMessageBytes { get; set; } = Limits.HelloBytes;
    public TaskCompletionSource<int> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public bool WasAborted { get; private set; }
    public int Flushes { get; private set; }
    public List<byte[]> Pongs { get; } = [];

    /// <summary>From now on the other side does not read.</summary>
    public void Stall() => _mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unstall() => _mayWrite.TrySetResult();

    /// <summary>The line breaks while something is sent.</summary>
    public void Break() => _mayWrite.TrySetException(new IOException("The line broke."));

    /// <summary>The frames of the next flush.</summary>
    public async Task<ServerFrame[]> NextAsync() => await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<ReceivedMessage> ReceiveAsync() => throw new NotSupportedException("These tests only send.");

    public void Write(byte[] message) =>
        _unsent.Add(JsonSerializer.Deserialize(message, HongyanJson.Wire.ServerFrame)!);

    public void WritePong(ReadOnlySpan<byte> payload) => Pongs.Add(payload.ToArray());

    public ValueTask FlushAsync()
    {
        Flushes++;
        _sent.Writer.TryWrite([.. _unsent]);
        _unsent.Clear();
        return new ValueTask(_mayWrite.Task);
    }

    public ValueTask CloseAsync(int code)
    {
        Closed.TrySetResult(code);
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        WasAborted = true;
        _gone.Cancel();
    }

    /// <summary>Nothing to give back: a session may abort its socket after it has ended, as the real ones allow.</summary>
    public void Dispose() { }

    private static TaskCompletionSource Released()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
