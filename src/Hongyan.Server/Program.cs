using Hongyan.Server;
using Hongyan.Server.Platform;

// The whole of it in one place: what the command line says, what the server is made of, and the way it ends.
var settings = CommandLine.Parse(args, out var error);
if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

if (error is not null)
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

return await HongyanServer.RunAsync(settings);
