using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Delivery.Log;
using Hongyan.Server.Delivery.Sync;
using Hongyan.Server.Storage;

namespace Hongyan.Server.Delivery;

/// <summary>Registers the message path and the socket.</summary>
internal static class DeliverySetup
{
    public static IServiceCollection AddDelivery(
        this IServiceCollection services,
        IConfiguration configuration,
        DatabaseOptions database
    )
    {
        var options = configuration.GetSection(DeliveryOptions.Section).Get<DeliveryOptions>() ?? new DeliveryOptions();
        if (!options.IsValid)
        {
            throw new InvalidOperationException(
                $"The sizes and times under {DeliveryOptions.Section} are positive, the ping interval at least a second."
            );
        }

        services.AddSingleton(options);
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<SlotTable>();
        services.AddSingleton<MessageTail>();
        services.AddSingleton(provider => new RecentSends(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SessionHub>();
        services.AddSingleton<PersonalRendering>();
        services.AddSingleton<PersonalFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<PersonalFeed>());
        services.AddSingleton<FanOut>();
        services.AddSingleton<Sequencer>();
        services.AddSingleton<MakingGate>();
        services.AddSingleton<ConversationOpener>();
        services.AddSingleton<SyncReader>();
        services.AddSingleton<SendLimits>();
        services.AddSingleton<FrameHandler>();
        services.AddSingleton<SocketGateway>();
        services.AddSingleton<SocketDoor>();
        services.AddHostedService<DeliveryLifetime>();
        services.AddHealthChecks().AddCheck<SequencerCheck>("sequencer");
        if (database.IsPostgres)
        {
            services.AddSingleton<IMessageLog, PostgresMessageLog>();
        }
        else
        {
            services.AddSingleton<IMessageLog, SqliteMessageLog>();
        }

        return services;
    }
}
