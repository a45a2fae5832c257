using System.Net;
using Hongyan.Server.Delivery;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

public sealed class HealthTests(Servers servers)
{
    [Theory, CombinatorialStores]
    public async Task Ready_SaysNoOnceTheMessagePathTakesNothing_AndTheProcessStillLives(Store store)
    {
        await using var server = await TestServer.StartAsync(servers.NewFolder(), await servers.NewStoreAsync(store));
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("health/ready"));
        await server.Services.GetRequiredService<Sequencer>().StopAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("health/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("health/live"));

        async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Token);
            return answer.StatusCode;
        }
    }
}
