using System.Data.Common;
using System.Security.Cryptography;
using Hongyan.Server.Accounts;
using Hongyan.Server.Contacts;
using Hongyan.Server.Conversations;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Demo;
using Hongyan.Server.Messages;
using Hongyan.Server.Platform;
using Hongyan.Server.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace Hongyan.Server;

/// <summary>The server, put together. Tests make the same one with settings of their own.</summary>
internal static class HongyanServer
{
    /// <summary>Serves until told to stop.</summary>
    /// <param name="settings">The configuration from the command line.</param>
    /// <param name="customize">Puts other parts in the place of some, for measuring.</param>
    /// <returns>The exit code: 0 after a clean stop, 1 when it could not start or was fenced off.</returns>
    public static async Task<int> RunAsync(
        Dictionary<string, string?> settings,
        Action<IServiceCollection>? customize = null
    )
    {
        WebApplication app;
        try
        {
            app = Build(settings, customize);
        }
        catch (Exception exception) when (IsForTheOperator(exception))
        {
            return await RefuseAsync(exception);
        }

        await using (app)
        {
            try
            {
                await StartAsync(app, CancellationToken.None);
            }
            catch (Exception exception) when (IsForTheOperator(exception))
            {
                return await RefuseAsync(exception);
            }

            Console.WriteLine(Listening.ReadyLine(app.Services.GetRequiredService<IServer>()));
            await app.WaitForShutdownAsync();
            return app.Services.GetRequiredService<Sequencer>().WasFenced ? 1 : 0;
        }
    }

    /// <summary>Makes the server, without starting it.</summary>
    /// <exception cref="IOException">The data directory is in use, or cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message is one line for the operator.</exception>
    public static WebApplication Build(
        Dictionary<string, string?> settings,
        Action<IServiceCollection>? customize = null
    )
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.AddInMemoryCollection(settings);
        var configuration = builder.Configuration;
        var options = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
        var database =
            configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        if ((Listening.Check(options) ?? database.Check()) is { } wrong)
        {
            throw new InvalidOperationException(wrong);
        }

        var data = DataDirectory.Open(options.DataDirectory);
        builder.UseListening(options, data.Path, connections => connections.UseSocketDoor());
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddProxies(options);
        services.AddSingleton(_ => data); // the container ends its lock on the folder
        services.AddResponseCompression(compression => compression.EnableForHttps = true);
        services.AddStorage(database, data.Path);
        services.AddPlatform(configuration);
        services.AddDelivery(configuration, database);
        services.AddAccounts(configuration);
        services.AddContacts();
        services.AddConversations();
        customize?.Invoke(services);

        var app = builder.Build();
        _ = app.Services.GetRequiredService<DataDirectory>();
        app.UsePlatform();
        app.UseWebClient(options.WebRoot);
        app.UseWebSockets();
        app.MapPlatform();
        app.MapAccounts();
        app.MapContacts();
        app.MapConversations();
        app.MapMessages();
        app.MapSocket();
        return app;
    }

    /// <summary>Brings the schema up to date, serves, and fills in the demo if there is to be one.</summary>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await app.Services.MigrateStorageAsync(cancellationToken);
        await app.StartAsync(cancellationToken);
        if (app.Services.GetRequiredService<ServerOptions>().Demo)
        {
            var address = Listening.AddressOf(app.Services.GetRequiredService<IServer>());
            Console.WriteLine(await DemoFilling.RunAsync(address, cancellationToken));
        }
    }

    /// <summary>What settings, files, ports and databases can do to a start. Anything else is a mistake in the program.</summary>
    private static bool IsForTheOperator(Exception exception) =>
        exception
            is IOException
                or UnauthorizedAccessException
                or InvalidOperationException
                or OptionsValidationException
                or CryptographicException
                or DbException;

    private static async Task<int> RefuseAsync(Exception exception)
    {
        var advice = exception.InnerException is AddressInUseException ? " Choose another port with --port." : "";
        await Console.Error.WriteLineAsync($"Cannot start: {exception.Message}{advice}");
        return 1;
    }
}
