using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Gateway;
using Hongyan.Server.Storage;
using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Hongyan.Server.Accounts;

/// <summary>People, their sessions and their profiles.</summary>
internal static class AccountsSetup
{
    /// <summary>Keys are bound to this name: another one would void every token.</summary>
    private const string ApplicationName = "Hongyan";

    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddOptions<SessionOptions>()
            .Bind(configuration.GetSection(SessionOptions.Section))
            .Validate(options => options.IsValid, $"The times under {SessionOptions.Section} are positive.")
            .ValidateOnStart();
        services
            .AddOptions<PasswordCost>()
            .Bind(configuration.GetSection(PasswordCost.Section))
            .Validate(cost => cost.IsValid, $"{PasswordCost.Section} needs at least 8 KiB and one iteration.")
            .ValidateOnStart();
        services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToDbContext<HongyanDb>();
        services.AddIdentityCore<Account>().AddEntityFrameworkStores<HongyanDb>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<IPasswordHasher<Account>>(provider => provider.GetRequiredService<PasswordHasher>());
        services.AddAuthentication(AccessTokens.Scheme).AddBearerToken(AccessTokens.Scheme);
        services
            .AddOptions<BearerTokenOptions>(AccessTokens.Scheme)
            .Configure<IOptions<SessionOptions>>(
                (bearer, sessions) => bearer.BearerTokenExpiration = sessions.Value.AccessTokenLifetime
            );
        services
            .AddAuthorizationBuilder()
            .SetDefaultPolicy(
                new AuthorizationPolicyBuilder(AccessTokens.Scheme)
                    .RequireAuthenticatedUser()
                    .AddRequirements(new ActiveSessionRequirement())
                    .Build()
            );
        services.AddSingleton<IAuthorizationHandler, ActiveSessionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, EndedSessionResult>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<ActiveSessions>();
        services.AddSingleton<ISocketAuthentication, SocketAuthentication>();
        services.AddSingleton<AvatarImage>();
        services.AddSingleton<NotesOpening>();
        services.AddSingleton<IPersonalRenderer, MeRenderer>();
        services.AddScoped<SessionOpening>();
        services.AddScoped<SessionEnding>();
        services.AddScoped<ProfileChange>();
        services.AddHostedService<SessionUpkeep>();
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        var accounts = app.MapGroup("").WithTags("Accounts");
        accounts.MapRegister();
        accounts.MapGetMe();
        accounts.MapUpdateProfile();
        accounts.MapChangePassword();
        accounts.MapSetAvatar();
        accounts.MapRemoveAvatar();
        accounts.MapGetPersonDetails();
        accounts.MapGetAvatar();
        var sessions = app.MapGroup("").WithTags("Sessions");
        sessions.MapSignIn();
        sessions.MapRefreshSession();
        sessions.MapSignOut();
        sessions.MapListSessions();
        sessions.MapRevokeSession();
    }
}
