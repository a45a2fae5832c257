namespace Hongyan.Server.Delivery.Gateway.Framing;

/// <summary>What a frame is (RFC 6455, 5.2); all other values are reserved.</summary>
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
