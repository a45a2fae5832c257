using Hongyan.Contracts.Ids;

namespace Hongyan.Contracts.Contacts;

/// <summary>
/// Asks a person to become a contact. A second request to the same person while one is open renews its greeting;
/// when the other has an open request to the one who asks, the two become contacts at once.
/// </summary>
/// <param name="User">Whom to ask.</param>
/// <param name="Greeting">At most 200 characters; may be empty.</param>
public sealed record SendContactRequest(UserId User, string Greeting = "");
