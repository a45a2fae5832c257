using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using Hongyan.Contracts.Socket;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>
/// Makes messages of a client's bytes, however they are cut (RFC 6455, 5 to 8). Does no I/O, holds a buffer only while a
/// message is under way, and that only as large as what has arrived of it. After <see cref="ReceivedKind.Closed"/> it
/// must not be used any more.
/// </summary>
internal struct MessageParser : IDisposable
{
    private const int FirstBuffer = 1024;

    private byte[]? _buffer;
    private int _length;
    private int _checked;
    private bool _isInMessage;
    private FrameHeader _frame;
    private long _taken;
    private bool _isInFrame;

    /// <summary>What the frames of a message may carry together. Not to be lowered while one is under way.</summary>
    public required int MaxMessageBytes { get; set; }

    /// <summary>Whether a buffer is rented for a message that is under way.</summary>
    public readonly bool HoldsBuffer => _buffer is not null;

    /// <summary>Takes bytes until there is a message.</summary>
    /// <param name="input">What has arrived; what was taken is cut off its front.</param>
    /// <param name="message">The message; give it back by disposing it.</param>
    /// <returns>False when more bytes are needed.</returns>
    public bool TryRead(ref ReadOnlySequence<byte> input, out ReceivedMessage message)
    {
        message = default;
        while (true)
        {
            if (_isInFrame)
            {
                if (!TryTakePayload(ref input, ref message))
                {
                    return false;
                }
            }
            else if (!FrameHeader.TryRead(input, out var header, out var error))
            {
                message = error == 0 ? default : Fail(error);
                return error != 0;
            }
            else if (header.IsControl)
            {
                if (!TryTakeControl(ref input, header, ref message))
                {
                    return false;
                }
            }
            else
            {
                Begin(ref input, header, ref message);
            }

            if (message.IsSome)
            {
                return true;
            }
        }
    }

    /// <summary>Gives back what is held of a message that will not be whole.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Begin(ref ReadOnlySequence<byte> input, in FrameHeader header, ref ReceivedMessage message)
    {
        if (header.Opcode == Opcode.Binary)
        {
            message = Fail(CloseCode.UnsupportedData);
        }
        else if ((header.Opcode == Opcode.Continuation) != _isInMessage)
        {
            message = Fail(CloseCode.ProtocolError);
        }
        else if (header.PayloadLength > MaxMessageBytes - _length)
        {
            message = Fail(CloseCode.TooLarge);
        }
        else
        {
            (_frame, _taken, _isInFrame, _isInMessage) = (header, 0, true, true);
            input = input.Slice(header.Size);
        }
    }

    /// <returns>False when more bytes are needed.</returns>
    private bool TryTakePayload(ref ReadOnlySequence<byte> input, ref ReceivedMessage message)
    {
        var missing = (int)(_frame.PayloadLength - _taken);
        var count = (int)Math.Min(input.Length, missing);
        if (count > 0)
        {
            Reserve(count, isAll: count == missing && _frame.IsFinal);
            Masking.Copy(input.Slice(0, count), _buffer.AsSpan(_length), _frame.MaskingKey, _taken);
            input = input.Slice(count);
            _length += count;
            _taken += count;
        }

        var isFrameWhole = count == missing;
        var isEnd = isFrameWhole && _frame.IsFinal;
        var good = Utf8Progress.Check(_buffer.AsSpan(_checked, _length - _checked), isEnd);
        if (good < 0)
        {
            message = Fail(CloseCode.InvalidText);
            return true;
        }

        _checked += good;
        _isInFrame = !isFrameWhole;
        if (isEnd)
        {
            message = ReceivedMessage.Text(_buffer ?? ArrayPool<byte>.Shared.Rent(1), _length);
            (_buffer, _length, _checked, _isInMessage) = (null, 0, 0, false);
        }

        return isFrameWhole;
    }

    /// <summary>A control frame is taken whole: it is small, and comes between the fragments of a message.</summary>
    private bool TryTakeControl(ref ReadOnlySequence<byte> input, in FrameHeader header, ref ReceivedMessage message)
    {
        if (input.Length < header.Size + header.PayloadLength)
        {
            return false;
        }

        var length = (int)header.PayloadLength;
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        payload = payload[..length];
        Masking.Copy(input.Slice(header.Size, length), payload, header.MaskingKey);
        input = input.Slice(header.Size + length);
        if (header.Opcode == Opcode.Close)
        {
            Dispose();
            message = ReceivedMessage.Closed(AnswerToClose(payload));
        }
        else if (header.Opcode == Opcode.Ping)
        {
            var copy = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
            payload.CopyTo(copy);
            message = ReceivedMessage.Ping(copy, length);
        }

        // Pongs that nobody asked for are passed over (5.5.3).
        return true;
    }

    private static int AnswerToClose(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return CloseCode.Normal;
        }

        if (payload.Length == 1 || !IsCloseCode(BinaryPrimitives.ReadUInt16BigEndian(payload)))
        {
            return CloseCode.ProtocolError;
        }

        return Utf8.IsValid(payload[2..]) ? CloseCode.Normal : CloseCode.InvalidText;
    }

    /// <summary>Codes that may be sent: those of RFC 6455, 7.4.1, and IANA's registry, and those that applications define.</summary>
    private static bool IsCloseCode(int code) =>
        code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    private ReceivedMessage Fail(int code)
    {
        Dispose();
        return ReceivedMessage.Closed(code);
    }

    private void Reserve(int count, bool isAll)
    {
        var needed = _length + count;
        if (_buffer is { } buffer && buffer.Length >= needed)
        {
            return;
        }

        // Twice what is needed, unless that is all: a message in many small pieces is not copied once a piece.
        var larger = ArrayPool<byte>.Shared.Rent(
            isAll ? needed : Math.Min(Math.Max(needed * 2, FirstBuffer), MaxMessageBytes)
        );
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Dispose();
        _buffer = larger;
    }
}
