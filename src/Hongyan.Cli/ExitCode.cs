namespace Hongyan.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The server refused; the reason's code is on standard error.</summary>
    public const int Refused = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The server could not be reached, or is not to be trusted.</summary>
    public const int Unreachable = 3;

    /// <summary>Nobody is signed in here, or the session has ended.</summary>
    public const int SignedOut = 4;
}
