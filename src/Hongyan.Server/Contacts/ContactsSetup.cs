using Hongyan.Server.Delivery;

namespace Hongyan.Server.Contacts;

/// <summary>Finding people, becoming contacts, and the list of them.</summary>
internal static class ContactsSetup
{
    public static IServiceCollection AddContacts(this IServiceCollection services)
    {
        services.AddSingleton<Friendship>();
        services.AddSingleton<IPersonalRenderer, ContactRenderer>();
        services.AddSingleton<IPersonalRenderer, RequestRenderer>();
        return services;
    }

    public static void MapContacts(this IEndpointRouteBuilder app)
    {
        var contacts = app.MapGroup("").WithTags("Contacts");
        contacts.MapFindPerson();
        contacts.MapSendRequest();
        contacts.MapListRequests();
        contacts.MapAcceptRequest();
        contacts.MapDeclineRequest();
        contacts.MapListContacts();
        contacts.MapDeleteContact();
    }
}
