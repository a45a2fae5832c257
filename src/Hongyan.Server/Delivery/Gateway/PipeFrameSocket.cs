using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Hongyan.Contracts;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway.Framing;
using Microsoft.AspNetCore.Connections;

namespace Hongyan.Server.Delivery.Gateway;

/// <summary>
/// The socket on a connection of its own. What comes in is parsed where it lies; what goes out goes to the kernel several
/// messages at once. Holds no buffer while nothing is under way.
/// </summary>
internal sealed class PipeFrameSocket(ConnectionContext connection, FrameOutput output) : IFrameSocket, IDisposable
{
    private readonly PipeReader _input = connection.Transport.Input;
    private MessageParser _parser = new() { MaxMessageBytes = Limits.HelloBytes };
    private ReadOnlySequence<byte> _unread;
    private bool _isReading;
    private bool _hasEnded;

    public CancellationToken Gone => connection.ConnectionClosed;

    public int MaxMessageBytes
    {
        get => _parser.MaxMessageBytes;
        set => _parser.MaxMessageBytes = value;
    }

    public ValueTask<ReceivedMessage> ReceiveAsync() =>
        _isReading && TryParse(out var message) ? new(message) : ReceiveMoreAsync();

    public void Write(byte[] message) => output.Write(Opcode.Text, message);

    public void WritePong(ReadOnlySpan<byte> payload) => output.Write(Opcode.Pong, payload.ToArray());

    public ValueTask FlushAsync() => output.FlushAsync();

    public ValueTask CloseAsync(int code)
    {
        var payload = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        output.Write(Opcode.Close, payload);
        return output.FlushAsync();
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("The socket was given up."));

    /// <summary>Lets go of what was received and not taken. Not while a receive is under way.</summary>
    public void Dispose()
    {
        _parser.Dispose();
        if (_isReading)
        {
            _isReading = false;
            _input.AdvanceTo(_unread.End);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReceivedMessage> ReceiveMoreAsync()
    {
        try
        {
            while (true)
            {
                if (_isReading)
                {
                    _isReading = false;
                    _input.AdvanceTo(_unread.Start, _unread.End);
                }

                var result = await _input.ReadAsync();
                _unread = result.Buffer;
                _isReading = true;
                if (TryParse(out var message))
                {
                    return message;
                }

                if (result.IsCompleted)
                {
                    return ReceivedMessage.Closed(null);
                }
            }
        }
        catch (Exception exception)
            when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The line broke, or this side gave it up.
            return ReceivedMessage.Closed(null);
        }
    }

    private bool TryParse(out ReceivedMessage message)
    {
        if (_hasEnded)
        {
            // Whatever follows a close, or a broken rule, is passed over until the other side has closed, too.
            _unread = _unread.Slice(_unread.End);
            message = default;
            return false;
        }

        var hasMessage = _parser.TryRead(ref _unread, out message);
        _hasEnded = hasMessage && message.Kind == ReceivedKind.Closed;
        return hasMessage;
    }
}
