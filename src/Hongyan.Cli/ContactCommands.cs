using System.CommandLine;
using Hongyan.Client;
using Hongyan.Contracts.Contacts;
using Hongyan.Contracts.Errors;

namespace Hongyan.Cli;

/// <summary>Contacts and requests.</summary>
internal static class ContactCommands
{
    private static readonly Argument<string> Handle = new("handle") { Description = "The person's handle" };

    public static void AddTo(Command root)
    {
        var contacts = Commands.SignedIn("contacts", "One's contacts, by name", ListAsync);
        contacts.Subcommands.Add(Commands.SignedIn("list", "The same", ListAsync));
        contacts.Subcommands.Add(
            Commands.SignedIn(
                "find",
                "Find a person by their exact handle",
                async (result, api, output, cancellationToken) =>
                {
                    var found = await api.FindPersonAsync(result.GetValue(Handle)!, cancellationToken);
                    output.Line(found, found.Person.Handle, found.Person.Name, Output.Word(found.Relation));
                },
                Handle
            )
        );
        var greeting = new Option<string>("--greeting")
        {
            Description = "Words to go with it",
            DefaultValueFactory = _ => "",
        };
        contacts.Subcommands.Add(
            Commands.SignedIn(
                "add",
                "Ask a person to become a contact",
                async (result, api, output, cancellationToken) =>
                {
                    var found = await api.FindPersonAsync(result.GetValue(Handle)!, cancellationToken);
                    var request = new SendContactRequest(found.Person.Id, result.GetValue(greeting)!);
                    Print(output, await api.RequestContactAsync(request, cancellationToken));
                },
                Handle,
                greeting
            )
        );
        contacts.Subcommands.Add(Commands.SignedIn("requests", "Requests that came and went", ListRequestsAsync));
        contacts.Subcommands.Add(
            Commands.SignedIn(
                "accept",
                "Accept a person's request",
                async (result, api, output, cancellationToken) =>
                {
                    var request = await IncomingAsync(api, result.GetValue(Handle)!, cancellationToken);
                    var contact = await api.AcceptAsync(request.Id, cancellationToken);
                    output.Line(contact, contact.Person.Handle, contact.Person.Name);
                },
                Handle
            )
        );
        contacts.Subcommands.Add(
            Commands.SignedIn(
                "decline",
                "Decline a person's request",
                async (result, api, output, cancellationToken) =>
                {
                    var request = await IncomingAsync(api, result.GetValue(Handle)!, cancellationToken);
                    Print(output, await api.DeclineAsync(request.Id, cancellationToken));
                },
                Handle
            )
        );
        contacts.Subcommands.Add(
            Commands.SignedIn(
                "remove",
                "Remove a contact",
                async (result, api, _, cancellationToken) =>
                {
                    var found = await api.FindPersonAsync(result.GetValue(Handle)!, cancellationToken);
                    await api.RemoveContactAsync(found.Person.Id, cancellationToken);
                },
                Handle
            )
        );
        root.Subcommands.Add(contacts);
    }

    private static async Task ListAsync(
        ParseResult result,
        HongyanApi api,
        Output output,
        CancellationToken cancellationToken
    ) =>
        output.Table(
            await Pages.AllAsync(after => api.ContactsAsync(after, null, cancellationToken)),
            ["", "Handle", "Name", "Signature"],
            row => [row.Initial, row.Person.Handle, row.Person.Name, row.Signature]
        );

    private static async Task ListRequestsAsync(
        ParseResult result,
        HongyanApi api,
        Output output,
        CancellationToken cancellationToken
    ) =>
        output.Table(
            await Pages.AllAsync(after => api.ContactRequestsAsync(after, null, cancellationToken)),
            ["", "Handle", "Name", "State", "Greeting"],
            Fields
        );

    private static void Print(Output output, ContactRequest request) => output.Line(request, Fields(request));

    private static string[] Fields(ContactRequest row) =>
        [row.IsIncoming ? "from" : "to", row.Person.Handle, row.Person.Name, Output.Word(row.State), row.Greeting];

    private static async Task<ContactRequest> IncomingAsync(
        HongyanApi api,
        string handle,
        CancellationToken cancellationToken
    )
    {
        var requests = await Pages.AllAsync(after => api.ContactRequestsAsync(after, null, cancellationToken));
        var incoming = requests.FindAll(request =>
            request.IsIncoming && string.Equals(request.Person.Handle, handle, StringComparison.OrdinalIgnoreCase)
        );

        // One that was answered already is for a retry of that answer: the server knows what becomes of it.
        return incoming.Find(request => request.State == ContactRequestState.Pending)
            ?? (incoming.Count > 0 ? incoming[0] : null)
            ?? throw new HongyanException(ErrorCode.NotFound, $"{handle} has not asked to become a contact.", false);
    }
}
