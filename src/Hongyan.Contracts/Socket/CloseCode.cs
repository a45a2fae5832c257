namespace Hongyan.Contracts.Socket;

/// <summary>Why the server closes a socket, and whether the client should come back.</summary>
public static class CloseCode
{
    /// <summary>The client closed, and this is the answer.</summary>
    public const int Normal = 1000;

    /// <summary>The client broke a rule of RFC 6455. Come back.</summary>
    public const int ProtocolError = 1002;

    /// <summary>The text was not well-formed UTF-8. Come back; do not send it again.</summary>
    public const int InvalidText = 1007;

    /// <summary>The server is stopping or restarting. Come back, after a random part of some seconds.</summary>
    public const int ServiceRestart = 1012;

    /// <summary>The frame was larger than <see cref="Limits.FrameBytes"/>. Come back; do not send it again.</summary>
    public const int TooLarge = 1009;

    /// <summary>The frame was binary; this protocol is text. Do not come back.</summary>
    public const int UnsupportedData = 1003;

    /// <summary>A fault of the server's. Come back.</summary>
    public const int Internal = 1011;

    /// <summary>The first frame was not a valid hello. Do not come back with the same client.</summary>
    public const int BadHello = 4400;

    /// <summary>The access token is not valid any more. Refresh it, then come back.</summary>
    public const int Unauthenticated = 4401;

    /// <summary>The session was signed out or revoked. Do not come back; sign in again.</summary>
    public const int SessionRevoked = 4403;

    /// <summary>No hello, or no sign of life, in time. Come back.</summary>
    public const int TimedOut = 4408;

    /// <summary>The same session connected again; this is the older socket. Do not come back.</summary>
    public const int Replaced = 4409;

    /// <summary>Too many malformed frames. Come back after a pause.</summary>
    public const int TooManyErrors = 4429;

    /// <summary>Whether a client that was closed with this code should connect again by itself.</summary>
    /// <param name="code">The close code; codes not listed here, and a lost connection (1006), say yes.</param>
    public static bool ShouldReconnect(int code) =>
        code is not (UnsupportedData or BadHello or SessionRevoked or Replaced);
}
