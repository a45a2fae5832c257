using Hongyan.Cli;

return await Commands.RunAsync(args);
