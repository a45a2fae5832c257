namespace Hongyan.Load.Worlds;

/// <summary>The built programs that a bench runs.</summary>
/// <param name="Server">Hongyan.Server.dll.</param>
/// <param name="Host">Hongyan.LoadHost.dll.</param>
internal sealed record Programs(string Server, string Host)
{
    /// <summary>How <c>dotnet</c> is told to run the server.</summary>
    public IReadOnlyList<string> RunServer => [Server];

    /// <summary>How <c>dotnet</c> is told to run a command of the host, with the server's own runtime settings.</summary>
    public IReadOnlyList<string> RunHost(string command) =>
        ["exec", "--runtimeconfig", Path.ChangeExtension(Server, ".runtimeconfig.json"), Host, command];
}
