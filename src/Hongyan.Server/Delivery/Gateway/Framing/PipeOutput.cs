using System.Buffers;
using System.IO.Pipelines;

namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>Sends through a pipe, behind which somebody encrypts, say.</summary>
internal sealed class PipeOutput(PipeWriter pipe) : FrameOutput
{
    /// <summary>Up to here a frame is put down in one piece; longer ones go through as many blocks as they need.</summary>
    private const int OnePiece = 2 * 1024;

    public override async ValueTask SendAsync(byte[] bytes) => await pipe.WriteAsync(bytes);

    public override void Write(Opcode opcode, byte[] payload)
    {
        if (payload.Length <= OnePiece)
        {
            var target = pipe.GetSpan(MaxHeaderBytes + payload.Length);
            var header = WriteHeader(target, opcode, payload.Length);
            payload.CopyTo(target[header..]);
            pipe.Advance(header + payload.Length);
        }
        else
        {
            pipe.Advance(WriteHeader(pipe.GetSpan(MaxHeaderBytes), opcode, payload.Length));
            pipe.Write(payload);
        }
    }

    public override ValueTask FlushAsync()
    {
        var flushing = pipe.FlushAsync();
        if (!flushing.IsCompletedSuccessfully)
        {
            return FinishAsync(flushing);
        }

        // Whether anybody still reads is for the receiving side to find out.
        _ = flushing.Result;
        return ValueTask.CompletedTask;
    }

    private static async ValueTask FinishAsync(ValueTask<FlushResult> flushing) => await flushing;
}
