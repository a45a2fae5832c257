using System.Net;
using System.Text;

namespace Hongyan.Load.Lean;

/// <summary>Connects sessions, some at a time, until all have been welcomed.</summary>
internal sealed class Connecting(IPEndPoint server, IReadOnlyList<string> tokens) : LoopWork
{
    private const int AtOnce = 64;
    private int _opened;
    private int _welcomed;

    public override bool IsDone => _welcomed == tokens.Count;

    public override void Turn(LeanLoop loop)
    {
        while (_opened < tokens.Count && _opened - _welcomed < AtOnce)
        {
            loop.Connect(server, tokens[_opened++]);
        }
    }

    public override void Received(LeanLoop loop, LeanConnection connection, ReadOnlySpan<byte> payload, long now)
    {
        if (connection.State != ConnectionState.Greeting)
        {
            return;
        }

        if (payload.IndexOf("\"t\":\"welcome\""u8) < 0)
        {
            throw new IOException($"The server answered a hello with {Encoding.UTF8.GetString(payload)}");
        }

        connection.State = ConnectionState.Ready;
        _welcomed++;
    }
}
