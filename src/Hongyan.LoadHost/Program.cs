using Hongyan.LoadHost;
using Hongyan.Server;
using Hongyan.Server.Platform;

// The server's own parts, put together for measuring. The load generator runs these; nobody serves people with them.
const string Usage =
    "prepare --data DIR SPEC | append --data DIR SPEC | serve-without-store [the server's options] | bare-kestrel";
switch (args)
{
    case ["prepare", "--data", var data, var spec]:
        await Preparing.RunAsync(data, spec);
        return 0;
    case ["append", "--data", var data, var spec]:
        await AppendMeasuring.RunAsync(data, spec);
        return 0;
    case ["bare-kestrel", ..]:
        return await BareKestrel.RunAsync();
    case ["serve-without-store", .. var options]:
        var settings = CommandLine.Parse(options, out var error);
        if (error is not null)
        {
            await Console.Error.WriteLineAsync(error);
            return 2;
        }

        return await HongyanServer.RunAsync(settings, MessagesAreNotStored.Replace);
    default:
        await Console.Error.WriteLineAsync($"Usage: {Usage}");
        return 2;
}
