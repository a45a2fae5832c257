namespace Hongyan.Server.Messages;

/// <summary>Messages, and what has changed, for clients that ask over HTTP.</summary>
internal static class MessagesSetup
{
    public static void MapMessages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/conversations/{id}").WithTags("Messages");
        ListMessages.Map(group);
        SendMessage.Map(group);
        GetDifference.Map(group);
        MoveMarks.Map(group);
        GetChanges.Map(app);
    }
}
