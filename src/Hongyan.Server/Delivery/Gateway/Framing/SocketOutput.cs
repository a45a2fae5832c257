using System.Net.Sockets;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>
/// Sends to the kernel on the thread that flushes, past the connection's pipe: a pipe hands every message to another
/// thread, with memory of its own for each connection, which costs more than the kernel does. Frames are kept as they
/// are, the same for all receivers, and framed when they are sent. Only when the kernel takes no more is anything copied.
/// </summary>
internal sealed class SocketOutput(Socket socket, CancellationToken gone) : FrameOutput
{
    private const int BufferBytes = 128 * 1024;
    private const int KeptFrames = 16;

    [ThreadStatic]
    private static byte[]? t_buffer;

    private (Opcode Opcode, byte[] Payload) _first;
    private List<(Opcode Opcode, byte[] Payload)>? _more;

    public override ValueTask SendAsync(byte[] bytes)
    {
        socket.Blocking = false; // from here on a send that finds no room says so
        var sent = Send(bytes);
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync([bytes[sent..]]);
    }

    public override void Write(Opcode opcode, byte[] payload)
    {
        if (_first.Payload is null)
        {
            _first = (opcode, payload);
        }
        else
        {
            (_more ??= []).Add((opcode, payload));
        }
    }

    public override ValueTask FlushAsync()
    {
        if (_first.Payload is null)
        {
            return ValueTask.CompletedTask;
        }

        var batch = new Batch(this, t_buffer ??= GC.AllocateUninitializedArray<byte>(BufferBytes));
        batch.Add(_first.Opcode, _first.Payload);
        _first = default;
        if (_more is { Count: > 0 } more)
        {
            foreach (var (opcode, payload) in more)
            {
                batch.Add(opcode, payload);
            }

            more.Clear();
            if (more.Capacity > KeptFrames)
            {
                _more = null;
            }
        }

        return batch.EndAsync();
    }

    /// <returns>How many bytes the kernel took.</returns>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock => 0,
            _ => throw Broken(new SocketException((int)error)),
        };
    }

    private async ValueTask SendRestAsync(List<byte[]> rest)
    {
        try
        {
            foreach (var bytes in rest)
            {
                for (var sent = 0; sent < bytes.Length; )
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, gone);
                }
            }
        }
        catch (SocketException exception)
        {
            throw Broken(exception);
        }
    }

    private static IOException Broken(SocketException exception) => new(exception.Message, exception);

    /// <summary>Sends frames, as many as fit into the buffer with each call of the kernel.</summary>
    private ref struct Batch(SocketOutput output, byte[] buffer)
    {
        private int _length;
        private List<byte[]>? _rest;

        public void Add(Opcode opcode, byte[] payload)
        {
            if (_length + MaxHeaderBytes + payload.Length > buffer.Length)
            {
                Send(buffer.AsSpan(0, _length));
                _length = 0;
            }

            _length += WriteHeader(buffer.AsSpan(_length), opcode, payload.Length);
            if (_length + payload.Length <= buffer.Length)
            {
                payload.CopyTo(buffer, _length);
                _length += payload.Length;
                return;
            }

            Send(buffer.AsSpan(0, _length));
            Send(payload);
            _length = 0;
        }

        public ValueTask EndAsync()
        {
            Send(buffer.AsSpan(0, _length));
            return _rest is null ? ValueTask.CompletedTask : output.SendRestAsync(_rest);
        }

        private void Send(ReadOnlySpan<byte> bytes)
        {
            if (_rest is not null)
            {
                _rest.Add(bytes.ToArray());
                return;
            }

            while (!bytes.IsEmpty)
            {
                var sent = output.Send(bytes);
                if (sent == 0)
                {
                    _rest = [bytes.ToArray()];
                    return;
                }

                bytes = bytes[sent..];
            }
        }
    }
}
