using Hongyan.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Xunit;

namespace Hongyan.UnitTests.Platform;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData("/api/things/{id}")]
    [InlineData("api/things")]
    [InlineData("/ws")]
    public void Missing_InterfaceWithoutRule_IsNamed(string pattern) =>
        Assert.Equal([pattern], AccessRules.Missing([Endpoint(pattern)]));

    [Theory]
    [InlineData("/api/things/{id}", true)]
    [InlineData("/docs/{documentName?}", false)]
    [InlineData("/{**path}", false)]
    public void Missing_WithRuleOrElsewhere_IsNotNamed(string pattern, bool hasRule) =>
        Assert.Empty(
            AccessRules.Missing([
                hasRule ? Endpoint(pattern, new AccessRuleMetadata(AccessRule.Member)) : Endpoint(pattern),
            ])
        );

    private static RouteEndpoint Endpoint(string pattern, params object[] metadata)
    {
        var builder = new RouteEndpointBuilder(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0)
        {
            DisplayName = pattern,
        };
        foreach (var item in metadata)
        {
            builder.Metadata.Add(item);
        }

        return (RouteEndpoint)builder.Build();
    }
}
