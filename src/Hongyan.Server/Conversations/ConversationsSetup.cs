using Hongyan.Server.Delivery;

namespace Hongyan.Server.Conversations;

/// <summary>Conversations and who is in them.</summary>
internal static class ConversationsSetup
{
    public static IServiceCollection AddConversations(this IServiceCollection services) =>
        services
            .AddSingleton<IPersonalRenderer, ConversationRenderer>()
            .AddSingleton<IPersonalRenderer, ReadRenderer>();

    public static void MapConversations(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/conversations").WithTags("Conversations");
        ListConversations.Map(group);
        GetConversation.Map(group);
        CreateGroup.Map(group);
        OpenDirect.Map(group);
        OpenNotes.Map(group);
        RenameGroup.Map(group);
        LeaveGroup.Map(group);
        ListMembers.Map(group);
    }
}
