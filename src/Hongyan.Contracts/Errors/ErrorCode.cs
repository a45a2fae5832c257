namespace Hongyan.Contracts.Errors;

/// <summary>
/// Every error a client can meet, by its stable code. The code travels as <c>code</c> in problem details (RFC 9457)
/// over HTTP and in <c>error</c> frames over the socket. Clients show text of their own for a code, never the
/// server's message. Codes are only ever added.
/// </summary>
public static class ErrorCode
{
    /// <summary>The body or frame is not JSON of the documented shape, or a field is out of range.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The body or frame is larger than the limit for its kind.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The frame's type is not one this server knows.</summary>
    public const string UnknownFrame = "unknown_frame";

    /// <summary>The message body's kind is not one this server accepts from clients.</summary>
    public const string UnknownKind = "unknown_kind";

    /// <summary>No such thing, or not yours to see: the two are never told apart.</summary>
    public const string NotFound = "not_found";

    /// <summary>The caller is not signed in, or the access token has expired. Refresh it and try again.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The session was signed out or revoked. Sign in again.</summary>
    public const string SessionRevoked = "session_revoked";

    /// <summary>The handle or the password is wrong; which of them is not told.</summary>
    public const string InvalidCredentials = "invalid_credentials";

    /// <summary>The refresh token is unknown, expired, or was used before.</summary>
    public const string InvalidRefreshToken = "invalid_refresh_token";

    /// <summary>Somebody has this handle already.</summary>
    public const string HandleTaken = "handle_taken";

    /// <summary>The handle breaks the rules: 3 to 32 of a-z, 0-9, '_' and '-', starting with a letter.</summary>
    public const string InvalidHandle = "invalid_handle";

    /// <summary>The display name is empty or longer than 64 characters.</summary>
    public const string InvalidName = "invalid_name";

    /// <summary>The password is too easy to guess or outside 8 to 256 characters.</summary>
    public const string WeakPassword = "weak_password";

    /// <summary>The current password is wrong.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>The picture is not one that can be decoded, or its pixels exceed the limit.</summary>
    public const string InvalidImage = "invalid_image";

    /// <summary>Too many attempts; wait for <c>retryAfterMs</c> or the <c>Retry-After</c> header. Retryable.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>A person cannot be their own contact.</summary>
    public const string SelfContact = "self_contact";

    /// <summary>The two are contacts already.</summary>
    public const string AlreadyContacts = "already_contacts";

    /// <summary>The request was answered before, or withdrawn.</summary>
    public const string RequestClosed = "request_closed";

    /// <summary>The two people are not contacts of one another.</summary>
    public const string NotContacts = "not_contacts";

    /// <summary>The text is empty or longer than 10,000 characters.</summary>
    public const string InvalidText = "invalid_text";

    /// <summary>This client id was used before with another conversation or another body.</summary>
    public const string ClientIdReused = "client_id_reused";

    /// <summary>The client id is not a UUID version 7.</summary>
    public const string InvalidClientId = "invalid_client_id";

    /// <summary>The group would have fewer than the least or more than the greatest number of members.</summary>
    public const string InvalidMemberCount = "invalid_member_count";

    /// <summary>The group's name is empty or longer than 64 characters.</summary>
    public const string InvalidTitle = "invalid_title";

    /// <summary>The person's role does not allow this.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The device has too many unanswered frames under way. Retryable.</summary>
    public const string TooManyInFlight = "too_many_in_flight";

    /// <summary>The store did not take the write; nothing was acknowledged. Retryable with the same client id.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>The server is stopping. Retryable on another connection.</summary>
    public const string ShuttingDown = "shutting_down";

    /// <summary>A fault of the server's. Retryable.</summary>
    public const string Internal = "internal";
}
