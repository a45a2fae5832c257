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
/// The socket on a connection's own pipes. What comes in is parsed where it lies; what goes out is framed into the
/// connection's output, several messages in one write of the kernel's. Holds no buffer while nothing is under way.
/// </summary>
internal sealed class PipeFrameSocket(ConnectionContext connection) : IFrameSocket, IDisposable
{
    /// <summary>Up to here a frame is put down in one piece; longer ones go through as many blocks as they need.</summary>
    private const int OnePiece = 2 * 1024;

    private const int MaxHeader = 10;

    private readonly PipeReader _input = connection.Transport.Input;
    private readonly PipeWriter _output = connection.Transport.Output;
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

    public void Write(ReadOnlySpan<byte> message) => Write(Opcode.Text, message);

    public void WritePong(ReadOnlySpan<byte> payload) => Write(Opcode.Pong, payload);

    public ValueTask FlushAsync()
    {
        var flushing = _output.FlushAsync();
        if (!flushing.IsCompletedSuccessfully)
        {
            return FinishAsync(flushing);
        }

        // Whether anybody still reads is for the receiving side to find out.
        _ = flushing.Result;
        return ValueTask.CompletedTask;
    }

    public ValueTask CloseAsync(int code)
    {
        Span<byte> payload = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        Write(Opcode.Close, payload);
        return FlushAsync();
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

    private static async ValueTask FinishAsync(ValueTask<FlushResult> flushing) => await flushing;

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

    private void Write(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= OnePiece)
        {
            var target = _output.GetSpan(MaxHeader + payload.Length);
            var header = WriteHeader(target, opcode, payload.Length);
            payload.CopyTo(target[header..]);
            _output.Advance(header + payload.Length);
        }
        else
        {
            _output.Advance(WriteHeader(_output.GetSpan(MaxHeader), opcode, payload.Length));
            _output.Write(payload);
        }
    }

    /// <summary>A final frame's header, in the shortest form; a server does not mask (RFC 6455, 5.1 and 5.2).</summary>
    private static int WriteHeader(Span<byte> target, Opcode opcode, int length)
    {
        const byte Final = 0x80;
        const int Length16 = 126;
        const int Length64 = 127;
        target[0] = (byte)(Final | (byte)opcode);
        switch (length)
        {
            case < Length16:
                target[1] = (byte)length;
                return 2;
            case <= ushort.MaxValue:
                target[1] = Length16;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
                return 4;
            default:
                target[1] = Length64;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
                return MaxHeader;
        }
    }
}
